"use strict";
// Keys, ticking and live counts. Everything works without this file, by forms.
(() => {
  const csrf = document.body.dataset.csrf;
  const status = document.getElementById("status");
  const cards = () => [...document.querySelectorAll(".card[data-id]")];
  const blog = new URLSearchParams(location.search).get("blog") || "";
  let batch = new URLSearchParams(location.search).get("undo") || "";

  const tell = (message, undoable) => {
    status.textContent = message;
    if (undoable) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Undo";
      button.addEventListener("click", undo);
      status.append(button);
    }
  };

  const post = async (path, fields) => {
    const body = new URLSearchParams([["csrf", csrf], ["blog", blog], ...fields]);
    try {
      const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok) { showCounts(said.counts); return said; }
      tell(said.problem || "That did not work.", false);
    } catch {
      tell("The service does not answer.", false);
    }
    return null;
  };

  const showCounts = (counts) => {
    for (const each of document.querySelectorAll("[data-count]")) {
      if (each.dataset.count in counts) each.textContent = counts[each.dataset.count].toLocaleString("en");
    }
    if (counts.groups) showGroups(counts.groups);
  };

  // a group of which nothing is held any more has nothing left to decide
  const showGroups = (groups) => {
    for (const [kind, held] of Object.entries(groups)) {
      for (const each of document.querySelectorAll(`[data-${kind}]`)) {
        const left = held[each.dataset[kind]] || 0;
        each.hidden = left < 2;
        if (left) each.querySelector("b").textContent = left.toLocaleString("en");
      }
    }
  };

  // how a card looks once the service has said what holds for it now
  const mark = (card, { status: state, text, word }) => {
    card.classList.remove("approved", "held", "spam", "waiting", "gone");
    card.classList.add(state);
    card.classList.toggle("done", word !== "none");
    const badge = card.querySelector("[data-state]");
    badge.className = `badge ${state}`;
    badge.textContent = text;
    for (const button of card.querySelectorAll(".decide button[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.value === word));
    }
    const box = card.querySelector("input[type=checkbox]");
    if (box) box.checked = false;
  };

  const markAll = (changed) => {
    for (const card of cards()) if (card.dataset.id in changed) mark(card, changed[card.dataset.id]);
  };

  const decide = async (chosen, word) => {
    if (!chosen.length) return;
    const said = await post("/decide", [["word", word], ...chosen.map((card) => ["id", card.dataset.id])]);
    if (!said) return;
    if (said.batch) batch = said.batch;
    markAll(said.changed);
    tell(said.message, Boolean(said.batch));
    showTicked();
  };

  const undo = async () => {
    const said = await post("/undo", batch ? [["batch", batch]] : []);
    if (!said) return;
    markAll(said.changed);
    batch = "";
    document.querySelector("form.undo")?.remove();
    tell(said.message, false);
    const back = cards().find((card) => card.dataset.id in said.changed);
    if (back) back.focus();
  };

  const current = () => document.activeElement && document.activeElement.closest(".card[data-id]");

  const move = (step) => {
    const all = cards();
    if (!all.length) return;
    const place = all.indexOf(current());
    const next = all[Math.min(Math.max(place < 0 ? (step > 0 ? 0 : all.length - 1) : place + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const onward = async (card, word) => {
    await decide([card], word);
    if (cards().length > 1) move(1);
  };

  const ticked = () => boxes().filter((box) => box.checked).map((box) => box.closest(".card"));

  // what is ticked, or the focused row where nothing is
  const decideByKey = (card, word) => (ticked().length ? decide(ticked(), word) : onward(card, word));

  const keys = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), u: undo,
    a: (card) => decideByKey(card, "ham"), s: (card) => decideByKey(card, "spam"), h: (card) => decideByKey(card, "hold"),
    o: (card) => { const link = card.querySelector(".head a"); if (link) link.click(); },
    x: (card) => { const box = card.querySelector("input[type=checkbox]"); if (box) { box.checked = !box.checked; showTicked(); } },
    w: (card) => { const why = card.querySelector("details"); if (why) why.open = !why.open; },
    "?": () => help.showModal(),
  };
  const help = document.getElementById("keys");
  const showHelp = document.getElementById("show-keys");
  showHelp.hidden = false;
  showHelp.addEventListener("click", () => help.showModal());
  const needsCard = new Set(["a", "s", "h", "o", "x", "w"]);

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || help.open || !(event.key in keys)) return;
    if (at.matches("input:not([type=checkbox]), select, textarea")) return;
    if (event.key.startsWith("Arrow") && !current()) return;
    let card = current();
    if (needsCard.has(event.key) && !card && !("ash".includes(event.key) && ticked().length)) {
      card = cards()[0];
      if (!card || cards().length > 1) { move(1); return; }
    }
    event.preventDefault();
    keys[event.key](card);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".decide") || !event.submitter) return;
    event.preventDefault();
    decide([form.closest(".card")], event.submitter.value);
  });

  const bulk = document.getElementById("bulk");
  let chosen = null;
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=bulk]")];
  const showTicked = () => {
    if (!bulk) return;
    const count = ticked().length;
    document.getElementById("ticked").textContent = count ? `The ${count} ticked:` : chosen ? "The chosen one:" : "The ticked ones:";
    for (const button of bulk.querySelectorAll("button[name=word]")) button.disabled = !count && !chosen;
  };
  if (bulk) {
    const all = document.getElementById("tick-all");
    all.hidden = false;
    all.addEventListener("click", () => {
      const every = boxes().every((box) => box.checked);
      for (const box of boxes()) box.checked = !every;
      showTicked();
    });
    document.addEventListener("change", showTicked);
    document.addEventListener("focusin", (event) => {
      if (bulk.contains(event.target)) return;
      chosen = event.target.closest(".card[data-id]");
      showTicked();
    });
    bulk.addEventListener("submit", (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      if (ticked().length) decide(ticked(), event.submitter.value);
      else if (chosen) onward(chosen, event.submitter.value);
    });
    showTicked();
  }

  const poll = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`/counts.json?${new URLSearchParams({ blog })}`, { headers: { Accept: "application/json" } });
      if (answer.ok) showCounts(await answer.json());
    } catch { /* the next round tries again */ }
  };
  if (document.querySelector("[data-count]")) setInterval(poll, 15000);
})();
