// A client by the types that openapi-typescript made of /openapi.yaml.
import createClient from "openapi-fetch";
import type { paths } from "./api";

declare const process: { env: Record<string, string> };
const client = createClient<paths>({ baseUrl: process.env.DEBATE_URL, headers: { "X-API-Key": process.env.DEBATE_KEY } });

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

export async function debate() {
  const health = await client.GET("/health");
  check(health.response.ok, "health");
  const topics = await client.GET("/conversations/topics", { params: { query: { limit: 1 } } });
  check(topics.data?.topics.length === 1, "topics");
  const began = await client.POST("/chat", { body: { message: topics.data.topics[0] } });
  check(typeof began.data === "object" && began.data.message.at(-1)?.role === "bot", "chat");
  const id = began.data.conversation_id;
  const one = await client.GET("/conversations/{id}", { params: { path: { id } } });
  check(one.data?.messages.length === 2, "conversation");
  const list = await client.GET("/conversations", { params: { query: { limit: 5, offset: 0 } } });
  check(list.data?.total === 1, "list");
  const none = await client.GET("/conversations/{id}", { params: { path: { id: "none" } } });
  check(none.error?.reason === "NOT_FOUND", "not found");
  const text = await client.GET("/conversations/{id}.{format}", { params: { path: { id, format: "md" } }, parseAs: "text" });
  check(typeof text.data === "string" && text.data.includes("Motion"), "export");
  const shared = await client.POST("/debate.v1.DebateService/ShareConversation", { params: { header: { "Connect-Protocol-Version": 1 } }, body: { conversationId: id } });
  const token = shared.data?.path?.replace("/s/", "") ?? "";
  const page = await client.GET("/s/{token}", { params: { path: { token } }, parseAs: "text" });
  check(page.data?.includes("<html") === true, "shared page");
  const picture = await client.GET("/s/{token}/preview.svg", { params: { path: { token } }, parseAs: "text" });
  check(picture.data?.includes("<svg") === true, "preview");
  const voted = await client.POST("/s/{token}/vote", {
    params: { path: { token } }, headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: { before: -1, after: 2 }, bodySerializer: (body) => new URLSearchParams(Object.entries(body).map(([name, value]) => [name, `${value}`])), parseAs: "text",
  });
  check(voted.response.ok && voted.response.url.endsWith("?voted"), "vote");
  const models = await client.GET("/v1/models");
  check(models.data?.data.some((m) => m.id === "debate") === true, "models");
  const completion = await client.POST("/v1/chat/completions", { body: { model: "debate", messages: [{ role: "user", content: "Tea is better than coffee." }] } });
  check(typeof completion.data === "object" && completion.data.choices[0].message.content.length > 20, "completion");
  const tools = await client.POST("/mcp", { headers: { Accept: "application/json, text/event-stream" }, body: { jsonrpc: "2.0", id: 1, method: "tools/list" } });
  check(tools.data !== undefined && "result" in tools.data, "tools");
}
