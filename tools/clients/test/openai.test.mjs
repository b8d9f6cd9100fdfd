// OpenAI's own package for Node, and LangChain's client over it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";

const { DEBATE_URL, DEBATE_KEY } = process.env;
const baseURL = `${DEBATE_URL}/v1`;
const client = new OpenAI({ baseURL, apiKey: DEBATE_KEY, maxRetries: 0 });
const view = [{ role: "user", content: "Tea is better than coffee." }];

test("models are listed and shown", async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.ok(ids.includes("debate") && ids.includes("debate-hard/CON"), ids);
  assert.equal((await client.models.retrieve("debate/PRO")).id, "debate/PRO");
});

test("a reply is streamed with its usage, and the debate goes on", async () => {
  const stream = await client.chat.completions.create({ model: "debate", messages: view, stream: true, stream_options: { include_usage: true } });
  let reply = "", usage, finish, where;
  for await (const chunk of stream) {
    reply += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
    where = chunk.debate ?? where;
  }
  assert.ok(reply.length > 20 && usage.total_tokens > 0 && finish === "stop");
  const next = await client.chat.completions.create({
    model: "debate",
    messages: [...view, { role: "assistant", content: reply }, { role: "user", content: "It has less caffeine." }],
  });
  assert.equal(next.debate.conversation_id, where.conversation_id);
  assert.ok(next.choices[0].message.content.length > 20);
});

test("the package's own stream helper and abort work", async () => {
  const runner = client.chat.completions.stream({ model: "debate", messages: view });
  assert.ok((await runner.finalContent()).length > 20);
  const aborted = await client.chat.completions.create({ model: "debate", messages: view, stream: true });
  for await (const _ of aborted) break; // which aborts
});

test("errors are the package's classes", async () => {
  await assert.rejects(new OpenAI({ baseURL, apiKey: "wrong", maxRetries: 0 }).models.list(), (e) => e instanceof OpenAI.AuthenticationError && e.code === "invalid_api_key");
  await assert.rejects(client.chat.completions.create({ model: "gpt-4o", messages: view }), (e) => e instanceof OpenAI.NotFoundError && e.code === "model_not_found" && e.param === "model");
  await assert.rejects(client.chat.completions.create({ model: "debate", messages: view, n: 2 }), (e) => e instanceof OpenAI.BadRequestError && e.param === "n");
});

test("an Idempotency-Key makes one turn", async () => {
  const options = { headers: { "Idempotency-Key": "npm-1" } };
  const [a, b] = [await client.chat.completions.create({ model: "debate", messages: view }, options), await client.chat.completions.create({ model: "debate", messages: view }, options)];
  assert.deepEqual(a.debate, b.debate);
});

test("LangChain invokes, streams and goes on", async () => {
  const model = new ChatOpenAI({ model: "debate-easy", apiKey: DEBATE_KEY, configuration: { baseURL } });
  const history = [new SystemMessage("You are a pirate."), new HumanMessage("Dogs are better than cats.")];
  const first = await model.invoke(history);
  assert.ok(first.content.length > 20 && first.usage_metadata.total_tokens > 0);
  let streamed = "";
  for await (const chunk of await model.stream([...history, new AIMessage(first.content), new HumanMessage("They are loyal.")])) streamed += chunk.content;
  assert.ok(streamed.length > 20);
  const parts = await model.invoke([new HumanMessage({ content: [{ type: "text", text: "Cities should ban cars." }] })]);
  assert.ok(parts.content.length > 20);
});

test("LangChain's agents may send tools", async () => {
  const tool = { type: "function", function: { name: "look_up", description: "Looks up.", parameters: { type: "object", properties: {} } } };
  const bound = new ChatOpenAI({ model: "debate", apiKey: DEBATE_KEY, configuration: { baseURL } }).bindTools([tool]);
  const answer = await bound.invoke([new HumanMessage("Tea is better than coffee.")]);
  assert.ok(answer.content.length > 20 && answer.tool_calls.length === 0);
});
