-- +goose Up
-- create index "turn_hash" to table: "turns"
CREATE INDEX "turn_hash" ON "turns" ("owner_key", "owner_user", "request_hash", "id") WHERE (length(request_hash) = 33);

-- +goose Down
-- reverse: create index "turn_hash" to table: "turns"
DROP INDEX "turn_hash";
