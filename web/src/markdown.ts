// Replies as Markdown. The library only reads it; what is made of it are elements
// and texts of ours: no HTML of a reply is ever markup.
import { Lexer, type Token, type Tokens } from "marked";
import type { element as Element } from "./element.ts";

// It is handed over, so that this file shares nothing with the page.
let element: typeof Element;

// renderer makes what renders Markdown with the page's own means.
export function renderer(make: typeof Element): (text: string) => Node[] {
  element = make;
  return (text) => blocks(new Lexer({ gfm: true }).lex(text));
}

function blocks(tokens: Token[]): Node[] {
  return tokens.flatMap((token) => {
    const t = token as Tokens.Generic;
    switch (t.type) {
      case "space":
      case "def":
        return [];
      case "heading":
        return [element("p", {}, element("strong", {}, ...inline(t.tokens)))];
      case "blockquote":
        return [element("blockquote", {}, ...blocks(t.tokens ?? []))];
      case "code":
        return [element("pre", { tabIndex: 0 }, element("code", {}, String(t["text"])))];
      case "hr":
        return [element("hr")];
      case "list": {
        const list = t as Tokens.List;
        const items = list.items.map((item) => element("li", {}, ...blocks(item.tokens)));
        return [list.ordered ? element("ol", { start: Number(list.start) || 1 }, ...items) : element("ul", {}, ...items)];
      }
      case "text":
        return t.tokens === undefined ? [String(t["text"])].map((s) => document.createTextNode(s)) : inline(t.tokens);
      case "paragraph":
        return [element("p", {}, ...inline(t.tokens))];
      default: // tables, HTML: as they are written
        return [element("p", {}, t.raw.trimEnd())];
    }
  });
}

function inline(tokens: Token[] = []): Node[] {
  return tokens.map((token) => {
    const t = token as Tokens.Generic;
    switch (t.type) {
      case "strong":
      case "em":
      case "del":
        return element(t.type, {}, ...inline(t.tokens));
      case "codespan":
        return element("code", {}, String(t["text"]));
      case "br":
        return element("br");
      case "escape":
        return document.createTextNode(String(t["text"]));
      case "link":
        return link(t as Tokens.Link);
      case "text":
        return t.tokens === undefined ? document.createTextNode(String(t["text"])) : element("span", {}, ...inline(t.tokens));
      default: // HTML, images: as they are written
        return document.createTextNode(t.raw);
    }
  });
}

function link(t: Tokens.Link): Node {
  if (!/^(https?|mailto):/i.test(t.href)) return document.createTextNode(t.raw);
  return element("a", { href: t.href, rel: "nofollow noopener noreferrer ugc", target: "_blank" }, ...inline(t.tokens));
}
