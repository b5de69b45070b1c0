// Putting things in order with arrows. The lists of places that work without this stay what is sent; they are only
// hidden, so there is one truth.
customElements.define(
  "put-in-order",
  class extends HTMLElement {
    connectedCallback() {
      this.slots = [...this.querySelectorAll("[data-slots] select")];
      this.list = this.querySelector("[data-items]");
      this.querySelector("[data-slots]").hidden = true;
      this.list.hidden = false;
      this.addEventListener("click", this);
      this.read();
    }

    // From what is chosen in the places to the order of the items; nothing chosen is the order shown.
    read() {
      const held = this.slots.map((slot) => slot.value).filter(Boolean);
      const items = [...this.list.children];
      if (held.length) {
        const rank = (item) => held.indexOf(item.dataset.id) + 1 || 99;
        items.sort((a, b) => rank(a) - rank(b));
        for (const item of items) item.classList.toggle("is-out", !held.includes(item.dataset.id));
      }
      this.list.append(...items);
      this.write();
    }

    write() {
      const items = [...this.list.children];
      const held = items.filter((item) => !item.classList.contains("is-out"));
      for (const [i, slot] of this.slots.entries()) slot.value = held[i]?.dataset.id ?? "";
      for (const item of items) {
        item.querySelector(".opt__key").textContent = held.indexOf(item) + 1 || "–";
        item.querySelector("[data-move='0']")?.setAttribute("aria-pressed", item.classList.contains("is-out"));
      }
    }

    handleEvent(event) {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      const item = button.closest("li");
      const step = Number(button.dataset.move);
      if (step < 0) item.previousElementSibling?.before(item);
      if (step > 0) item.nextElementSibling?.after(item);
      if (step === 0) item.classList.toggle("is-out");
      for (const other of this.list.children) other.classList.toggle("is-moved", other === item);
      this.write();
      button.focus();
      const place = item.querySelector(".opt__key").textContent;
      this.querySelector("[data-moved]").textContent =
        place === "–"
          ? inWords("Left out")
          : inWords("Place %(place)s of %(of)s", { place, of: this.list.children.length });
    }
  },
);
