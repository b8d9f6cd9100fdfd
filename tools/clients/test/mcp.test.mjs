// The Model Context Protocol's own client for Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { DEBATE_URL, DEBATE_KEY } = process.env;
const connect = async (key) => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${DEBATE_URL}/mcp`), { requestInit: { headers: { Authorization: `Bearer ${key}` } } }));
  return client;
};

test("an agent lists the tools and debates", async () => {
  const client = await connect(DEBATE_KEY);
  const { tools } = await client.listTools();
  assert.ok(tools.some((tool) => tool.name === "start_debate" && tool.inputSchema.required.includes("message")));
  const began = (await client.callTool({ name: "start_debate", arguments: { message: "Tea is better than coffee." } })).structuredContent;
  assert.equal(began.stance, "CON");
  const next = await client.callTool({ name: "argue", arguments: { conversation_id: began.conversation_id, message: "It has less caffeine." } });
  assert.ok(next.structuredContent.reply.length > 20);
  const read = await client.callTool({ name: "read_debate", arguments: { conversation_id: began.conversation_id } });
  assert.equal(read.structuredContent.messages.length, 4);
  const refused = await client.callTool({ name: "argue", arguments: { conversation_id: "none", message: "Hm." } });
  assert.ok(refused.isError && refused.content[0].text.startsWith("NOT_FOUND"));
  await client.close();
});

test("a wrong key is refused", async () => {
  await assert.rejects(connect("wrong"), /401|not known/);
});
