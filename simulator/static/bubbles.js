// A list of bubbles that grows at its end and keeps that end in view.

export class Bubbles {
  constructor(list) {
    this.list = list;
    this.shown = "";
  }

  // entries: [{ side: "left" | "right" | "middle", text, foot, tone, lang }]
  show(entries, emptyText) {
    const now = JSON.stringify([entries, emptyText]);
    if (now === this.shown) return;
    this.shown = now;
    const items = entries.map(bubble);
    // What is already there stays, so that a screen reader hears only what is new.
    items.forEach((item, place) => {
      const old = this.list.children[place];
      if (!old) this.list.append(item);
      else if (old.outerHTML !== item.outerHTML) old.replaceWith(item);
    });
    while (this.list.children.length > items.length) this.list.lastChild.remove();
    if (!items.length) this.list.append(bubble({ side: "middle", text: emptyText }));
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function bubble({ side, text, foot, tone, lang }) {
  const item = document.createElement("li");
  item.className = `bubble ${side} ${tone ?? ""}`.trim();
  const words = document.createElement("p");
  words.textContent = text;
  if (lang) words.lang = lang;
  item.append(words);
  if (foot) {
    const small = document.createElement("small");
    small.textContent = foot;
    item.append(small);
  }
  return item;
}
