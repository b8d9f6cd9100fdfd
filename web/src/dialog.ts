// Questions, each in a dialog of its own. The browser keeps the focus inside
// and gives it back.
import { element, isComposing } from "./element.ts";
import { lay, lift } from "./over.ts";
import { words } from "./words.ts";

export interface Question {
  title: string;
  text: string;
  // field is there if the answer is a text.
  field?: { label: string; value: string; secret: boolean };
  confirm: string;
}

// openDialog resolves to the text, "" where no text was asked for, or null if the
// question was dismissed.
export function openDialog(question: Question): Promise<string | null> {
  const dialog = element("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const form = element("form", { method: "dialog" });
  form.append(element("h2", { id: "dialog-title" }, question.title), element("p", {}, question.text));
  const field = question.field;
  const input = element("input", { type: field?.secret ? "password" : "text", autocomplete: "off", required: true, maxLength: 512, dir: "auto" });
  if (field !== undefined) {
    input.value = field.value;
    form.append(element("label", {}, field.label, input));
  }
  const cancel = element("button", { type: "button", className: "quiet" }, words.cancel);
  form.append(element("div", { className: "choices" }, cancel, element("button", { type: "submit" }, question.confirm)));
  dialog.append(form);
  document.body.append(dialog);

  return new Promise((resolve) => {
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && isComposing(event)) event.preventDefault();
    });
    let answer: string | null = null;
    const dismiss = (): void => dialog.close();
    form.addEventListener("submit", (event) => {
      event.preventDefault(); // the policy forbids forms to go anywhere
      answer = field === undefined ? "" : input.value;
      dialog.close();
    });
    cancel.addEventListener("click", dismiss);
    dialog.addEventListener("close", () => {
      lift(dismiss);
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    if (!field?.secret) lay(dismiss); // who is asked for a key had not asked for anything
    input.select();
  });
}
