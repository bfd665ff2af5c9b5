// What the theme leaves out for those who do not see the page, or do not use a mouse.
"use strict";
addEventListener("DOMContentLoaded", () => {
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "All pages");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "This page");
  for (const block of document.querySelectorAll("pre, .table-wrapper, div.math")) block.tabIndex = 0;
});
// On paper nobody can unfold an answer.
addEventListener("beforeprint", () => {
  for (const answer of document.querySelectorAll("details")) answer.open = true;
});
