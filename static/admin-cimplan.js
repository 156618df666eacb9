"use strict";
// Select2 gives no names to the boxes it draws: they get those of their fields.
window.django?.jQuery?.(function ($) {
  function nameOf(select) {
    const label = select.labels[0];
    if (label) return label.textContent.trim().replace(/:$/, "");
    const cell = select.closest("td");
    return cell ? cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent.trim() : "";
  }

  function nameBoxes(root) {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const drawn = select.nextElementSibling;
      for (const box of drawn.querySelectorAll("input, [role=combobox], [role=textbox]")) {
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", nameOf(select));
      }
    }
  }

  // To choose a name that is chosen already would take it out, unseen: its own × does that.
  $(document).on("select2:unselecting", function (event) {
    const clicked = event.params.args.originalEvent?.target;
    if (clicked?.closest(".select2-results")) event.preventDefault();
  });

  nameBoxes(document);
  document.addEventListener("formset:added", (event) => nameBoxes(event.target));
  $(document).on("select2:open", function (event) {
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (search) search.setAttribute("aria-label", nameOf(event.target));
  });
});
