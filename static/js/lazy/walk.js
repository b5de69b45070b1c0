// Steps through a file of code: links, arrows, swipes and space. Without this each step is a page of its own.
customElements.define(
  "walk-through",
  class extends HTMLElement {
    connectedCallback() {
      this.last = this.querySelectorAll("[data-step]").length;
      for (const kind of ["click", "pointerdown", "pointerup"]) this.addEventListener(kind, this);
      ("alone" in this.dataset ? document : this).addEventListener("keydown", this);
    }

    get at() {
      return Number(this.dataset.at);
    }

    handleEvent(event) {
      this[`on_${event.type}`](event);
    }

    on_click(event) {
      const to = event.target.closest("[data-go]")?.dataset.go;
      if (!to || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.go({ "-": this.at - 1, "+": this.at + 1 }[to] ?? Number(to));
    }

    on_keydown(event) {
      if (
        event.altKey ||
        event.ctrlKey ||
        event.metaKey ||
        event.target.closest("input, select, pre, summary, .scroll-x")
      )
        return;
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) this.go(this.at + by);
      else if (event.key === " " && this.contains(event.target) && !event.target.closest("button"))
        this.querySelector("[data-play]").click();
      else return;
      event.preventDefault();
    }

    on_pointerdown(event) {
      const still = event.pointerType !== "touch" || event.target.closest("pre, .scroll-x, nav");
      this.from = still ? null : { x: event.clientX, y: event.clientY };
    }

    on_pointerup(event) {
      const by = this.from ? event.clientX - this.from.x : 0;
      const up = this.from ? Math.abs(event.clientY - this.from.y) : 0;
      if (Math.abs(by) > 60 && up < 40) this.go(this.at - Math.sign(by));
      this.from = null;
    }

    go(to) {
      if (to < 1 || to > this.last || to === this.at) return;
      this.dataset.at = to;
      for (const part of this.querySelectorAll("[data-on]"))
        part.classList.toggle("is-lit", part.dataset.on.split(" ").includes(String(to)));
      for (const link of this.querySelectorAll("nav [data-go]"))
        if (Number(link.dataset.go) === to) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
      this.querySelector("[data-count]").textContent = to;
      this.querySelector("[data-said]").innerHTML = this.querySelector(`[data-step="${to}"] [data-words]`).innerHTML;
      this.querySelector("pre .is-lit")?.scrollIntoView({ block: "nearest", inline: "nearest" });
      if ("alone" in this.dataset) history.replaceState(history.state, "", `?step=${to}`);
      this.dispatchEvent(new CustomEvent("walk:step", { bubbles: true }));
    }
  },
);
