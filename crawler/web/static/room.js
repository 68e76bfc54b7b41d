// Keys for those who like them; every page works without.
(() => {
  const box = document.getElementById("q");
  const help = document.getElementById("help");
  const keys = document.getElementById("keys");
  const links = [...document.querySelectorAll(".hit h2 a")];
  let at = -1;

  const go = (step) => {
    if (!links.length) return;
    at = Math.min(links.length - 1, Math.max(0, at + step));
    links[at].focus();
    links[at].closest(".hit").scrollIntoView({ block: "nearest" });
  };
  const follow = (rel) => document.querySelector(`.pages a[rel=${rel}]`)?.click();
  const actions = {
    "/": () => { box.focus(); box.select(); },
    j: () => go(1),
    k: () => go(-1),
    n: () => follow("next"),
    p: () => follow("prev"),
    "?": () => help.showModal(),
  };

  keys.hidden = false;
  keys.addEventListener("click", actions["?"]);
  links.forEach((link, number) => link.addEventListener("focus", () => { at = number; }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  const filters = document.getElementById("filters");
  if (filters && matchMedia("(max-width: 60rem)").matches) filters.open = false;
})();
