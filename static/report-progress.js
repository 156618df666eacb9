"use strict";
// Without this script the form does the same, less quickly.
django.jQuery(function ($) {
  const form = document.getElementById("report-form");

  // One begins at what is wrong, else at the status, with the words of the record still in sight.
  const wrong = form.querySelector(".errors :is(input:checked, input, textarea)");
  const first = form.querySelector("details[open] input, [name=status]:checked, [name=status]");
  if (wrong) wrong.focus();
  else first.focus({ preventScroll: true });

  // The words of what is chosen show as soon as it is chosen: this presses the button unseen.
  const button = form.querySelector("[name=show]");
  if (!button) return;
  button.parentElement.hidden = true;
  let latest = 0;

  async function show() {
    const mine = ++latest;
    const typed = new FormData(form, button);
    typed.delete("upload");
    const answer = await fetch(form.action, { method: "POST", body: typed });
    if (!answer.ok || mine !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("chosen").replaceChildren(
      ...page.getElementById("chosen").childNodes,
    );
  }

  $("#id_mandates, #id_activities").on("change", show);
});
