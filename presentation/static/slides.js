// What the slides do beyond reveal.js: dark and light, the keyboard after a live page, and paper.
"use strict";
const root = document.documentElement;
const isPreview = /receiver/.test(location.search); // one of the two small slides of the presenter
root.classList.toggle("receiver", isPreview);

// ---- Dark and light: as the computer is set, until somebody presses D ----
const darkness = matchMedia("(prefers-color-scheme: dark)");
const remembered = () => { try { return localStorage.getItem("slides-theme"); } catch { return null; } };
const isPaper = /print/.test(location.search);
function dress(theme) {
  root.dataset.theme = isPaper ? "light" : theme ?? (darkness.matches ? "dark" : "light");
}
dress(remembered());
darkness.addEventListener("change", () => dress(remembered()));
addEventListener("storage", () => dress(remembered()));
function changeTheme() {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("slides-theme", theme); } catch { /* then it is forgotten */ }
  dress(theme);
}

// ---- After a click into a live page, Esc gives the keyboard back (build.py adds the sender) ----
addEventListener("message", event => {
  if (event.data === "give back") {
    document.activeElement?.blur();
    window.focus();
  }
});

// ---- In the presenter's small slides nothing plays ----
if (isPreview) for (const frame of document.querySelectorAll(".live iframe")) frame.remove();

// ---- For those who hear the slides: each is a page with a heading, and can be enlarged ----
for (const view of document.querySelectorAll("meta[name=viewport]")) view.content = "width=device-width, initial-scale=1";
document.querySelector(".slides").removeAttribute("role");
for (const heading of document.querySelectorAll(".slides :is(h2, h3)")) heading.ariaLevel = "1";

Reveal.on("ready", () => {
  document.querySelector(".reveal").role = "main";
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, changeTheme);
  Reveal.addKeyBinding({ keyCode: 69, key: "E", description: "A page for each slide, to print or export" }, () => {
    location.href = location.pathname + "?print-pdf";
  });
  // Not every click into a live page takes the keyboard. An Esc too many must not open the overview.
  Reveal.addKeyBinding({ keyCode: 27, key: "Esc", description: "Out of a live page" }, () => {
    document.querySelector(".r-overlay-close")?.click(); // the help
    Reveal.toggleOverview(false);
  });
  Reveal.registerKeyboardShortcut("ESC, O", "Overview: O opens it, Esc closes it");
});

// ---- The presenter's window. reveal.js writes it, but does not say that it is complete; and it finds
// an old one by its name, which after a reload of a file belongs to nobody. So each has its own name.
const openWindow = window.open.bind(window);
window.open = (address, name, size) => {
  const opened = openWindow(address, `presenter ${Date.now()}`, size);
  setTimeout(() => opened?.document.close());
  return opened;
};
