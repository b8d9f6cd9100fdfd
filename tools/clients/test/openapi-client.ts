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
  const models = await client.GET("/v1/models");
  check(models.data?.data.some((m) => m.id === "debate") === true, "models");
  const completion = await client.POST("/v1/chat/completions", { body: { model: "debate", messages: [{ role: "user", content: "Tea is better than coffee." }] } });
  check(typeof completion.data === "object" && completion.data.choices[0].message.content.length > 20, "completion");
  const tools = await client.POST("/mcp", { headers: { Accept: "application/json, text/event-stream" }, body: { jsonrpc: "2.0", id: 1, method: "tools/list" } });
  check(tools.data !== undefined && "result" in tools.data, "tools");
}
