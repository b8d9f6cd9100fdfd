// Hearing a reply and saying a message, by the browser's own means, where it has them.
import { byId, element } from "./element.ts";
import { words } from "./words.ts";

const voice = (window as { speechSynthesis?: SpeechSynthesis }).speechSynthesis;

// page.css shows what reads aloud once there is a voice to do it.
const look = (): void => {
  if (voice?.getVoices().length) document.documentElement.dataset["voices"] = "";
};
voice?.addEventListener("voiceschanged", look);
look();

let speaking: { of: object; button: HTMLElement } | undefined;

// hush ends what is read aloud.
export function hush(): void {
  if (speaking !== undefined) speaking.button.textContent = words.listen;
  speaking = undefined;
  voice?.cancel();
}

// listenButton has the text of a reply read aloud, in a language, or ends that.
export function listenButton(of: { readonly spoken: string }, language: () => string): HTMLElement[] {
  if (voice === undefined) return [];
  const button = element("button", { type: "button", className: "quiet listen" }, words.listen);
  if (speaking?.of === of) {
    speaking.button = button;
    button.textContent = words.hush;
  }
  button.addEventListener("click", () => {
    const own = speaking?.button === button;
    hush();
    if (own) return;
    const mine = (speaking = { of, button });
    button.textContent = words.hush;
    // Chromium's voices of the network fall silent after 15 seconds of one utterance.
    const sentences = [...new Intl.Segmenter(language(), { granularity: "sentence" }).segment(of.spoken)].map((s) => s.segment.trim()).filter((s) => s !== "");
    sentences.forEach((sentence, i) => {
      const utterance = Object.assign(new SpeechSynthesisUtterance(sentence), { lang: language() });
      const end = (): void => {
        if (speaking === mine) hush();
      };
      utterance.addEventListener("error", end);
      if (i === sentences.length - 1) utterance.addEventListener("end", end);
      voice.speak(utterance);
    });
  });
  return [button];
}

// Recognition is what browsers have of the Web Speech API; TypeScript knows nothing of it.
interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  start(): void;
  abort(): void;
}
interface Heard extends Event {
  results: ArrayLike<ArrayLike<{ transcript: string }>>;
}

const own = window as { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition };
const recognizer = own.SpeechRecognition ?? own.webkitSpeechRecognition;
const dictate = byId("dictate", HTMLButtonElement);
let hearing: Recognition | undefined;

// stopHearing ends the dictation; what was heard stays written.
export function stopHearing(): void {
  const ended = hearing;
  hearing = undefined;
  ended?.abort();
  dictate.ariaPressed = "false";
}

// offerDictation writes what is said after what is written, until it is written by hand.
export function offerDictation(box: HTMLTextAreaElement, write: (text: string) => void, fail: (text: string) => void): void {
  dictate.hidden = recognizer === undefined;
  if (recognizer === undefined) return;
  dictate.title = words.dictateTitle;
  box.addEventListener("input", stopHearing);
  dictate.addEventListener("click", () => {
    if (hearing !== undefined) return stopHearing();
    const before = box.value === "" || /\s$/.test(box.value) ? box.value : `${box.value} `;
    const begun = (hearing = new recognizer());
    Object.assign(begun, { lang: document.documentElement.lang, continuous: true, interimResults: true });
    begun.addEventListener("result", (event) => {
      if (hearing === begun) write(before + Array.from((event as Heard).results, (r) => r[0]?.transcript ?? "").join(""));
    });
    begun.addEventListener("error", (event) => {
      if (hearing === begun && (event as Event & { error?: string }).error !== "no-speech") fail(words.notHeard);
    });
    begun.addEventListener("end", () => hearing === begun && stopHearing());
    dictate.ariaPressed = "true";
    begun.start();
  });
}
