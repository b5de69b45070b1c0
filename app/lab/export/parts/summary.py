agreed = sum(agree for *_, agree in FIGURES)
print(f"{agreed} of {len(FIGURES)} figures agree.")
for remark in RUN["remarks"]:
    print(remark)
