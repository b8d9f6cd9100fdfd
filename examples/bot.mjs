// The skeleton of a bot for a chat such as Slack, on the Kopi contract: each
// thread is a debate. Post an event as such chats do, and it answers with what to
// say in the thread:
//
//   DEBATE_URL=http://127.0.0.1:8080 DEBATE_KEY=… node bot.mjs
//   curl http://127.0.0.1:3000/ -d '{"thread":"T1","event":"E1","user":"ana","text":"Tea is better than coffee."}'
//
// What a real one adds: the check of the chat's signature, its own form of events,
// and a table in place of the map, so that threads outlive the process.
import { createServer } from "node:http";

const { DEBATE_URL = "http://127.0.0.1:8080", DEBATE_KEY = "", PORT = "3000" } = process.env;
const conversations = new Map(); // by thread

async function answer({ thread, event, user, text }) {
  const response = await fetch(`${DEBATE_URL}/chat`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-API-Key": DEBATE_KEY,
      // Whose debates they are: those of this chat's user.
      "X-User-Id": user,
      // Chats send an event again that was not answered in time: it is one turn.
      "Idempotency-Key": event,
    },
    body: JSON.stringify({ conversation_id: conversations.get(`${user} ${thread}`) ?? null, message: text }),
  });
  const said = await response.json();
  if (!response.ok) {
    // 409: the reply before is still running. 429 and 503 say when to try again.
    const wait = response.headers.get("Retry-After");
    return `I cannot answer now: ${said.error}${wait ? ` (in ${wait} s)` : ""}`;
  }
  conversations.set(`${user} ${thread}`, said.conversation_id);
  return said.message.findLast((m) => m.role === "bot").message;
}

const server = createServer(async (request, response) => {
  try {
    let body = "";
    for await (const piece of request) body += piece;
    const event = JSON.parse(body);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ thread: event.thread, text: await answer(event) }));
  } catch (e) {
    response.statusCode = 400;
    response.end(`${e.message}\n`);
  }
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
