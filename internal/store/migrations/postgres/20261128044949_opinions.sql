-- +goose Up
-- create index "conversation_opinions" to table: "conversations"
CREATE INDEX "conversation_opinions" ON "conversations" ("owner_key", "owner_user", "updated_at" DESC, "id" DESC) WHERE (opinion_before IS NOT NULL);

-- +goose Down
-- reverse: create index "conversation_opinions" to table: "conversations"
DROP INDEX "conversation_opinions";
