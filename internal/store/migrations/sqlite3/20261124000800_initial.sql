-- +goose Up
-- create "attempts" table
CREATE TABLE `attempts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `state` text NOT NULL, `reply` text NOT NULL DEFAULT (''), `model` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `turn_id` text NOT NULL, CONSTRAINT `attempts_turns_attempts` FOREIGN KEY (`turn_id`) REFERENCES `turns` (`id`) ON DELETE CASCADE);
-- create index "attempt_turn_id_number" to table: "attempts"
CREATE UNIQUE INDEX `attempt_turn_id_number` ON `attempts` (`turn_id`, `number`);
-- create index "attempt_request" to table: "attempts"
CREATE UNIQUE INDEX `attempt_request` ON `attempts` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create "conversations" table
CREATE TABLE `conversations` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `topic` text NOT NULL DEFAULT (''), `stance` text NOT NULL DEFAULT (''), `title` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT (''), `difficulty` text NOT NULL DEFAULT (''), `turn_count` integer NOT NULL DEFAULT (0), `revision` integer NOT NULL DEFAULT (0), `created_at` integer NOT NULL, `updated_at` integer NOT NULL, PRIMARY KEY (`id`));
-- create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
CREATE INDEX `conversation_owner_key_owner_user_updated_at_id` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC);
-- create "turns" table
CREATE TABLE `turns` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `number` integer NOT NULL, `message` text NOT NULL, `created_at` integer NOT NULL, `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `attempt` integer NOT NULL DEFAULT (1), `shown` integer NOT NULL DEFAULT (1), `holder` text NOT NULL, `lease_until` integer NOT NULL, `stop` bool NOT NULL DEFAULT (false), `state` text NOT NULL, `reply` text NOT NULL DEFAULT (''), `model` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `conversation_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `turns_conversations_turns` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE);
-- create index "turn_conversation_id_number" to table: "turns"
CREATE UNIQUE INDEX `turn_conversation_id_number` ON `turns` (`conversation_id`, `number`);
-- create index "turn_running" to table: "turns"
CREATE UNIQUE INDEX `turn_running` ON `turns` (`conversation_id`) WHERE state = 'running';
-- create index "turn_request" to table: "turns"
CREATE UNIQUE INDEX `turn_request` ON `turns` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create index "turn_lease" to table: "turns"
CREATE INDEX `turn_lease` ON `turns` (`lease_until`) WHERE state = 'running';
-- create "usages" table
CREATE TABLE `usages` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `owner_key` text NOT NULL, `day` text NOT NULL, `turns` integer NOT NULL DEFAULT (0), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0));
-- create index "usage_owner_key_day" to table: "usages"
CREATE UNIQUE INDEX `usage_owner_key_day` ON `usages` (`owner_key`, `day`);

-- +goose Down
-- reverse: create index "usage_owner_key_day" to table: "usages"
DROP INDEX `usage_owner_key_day`;
-- reverse: create "usages" table
DROP TABLE `usages`;
-- reverse: create index "turn_lease" to table: "turns"
DROP INDEX `turn_lease`;
-- reverse: create index "turn_request" to table: "turns"
DROP INDEX `turn_request`;
-- reverse: create index "turn_running" to table: "turns"
DROP INDEX `turn_running`;
-- reverse: create index "turn_conversation_id_number" to table: "turns"
DROP INDEX `turn_conversation_id_number`;
-- reverse: create "turns" table
DROP TABLE `turns`;
-- reverse: create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
DROP INDEX `conversation_owner_key_owner_user_updated_at_id`;
-- reverse: create "conversations" table
DROP TABLE `conversations`;
-- reverse: create index "attempt_request" to table: "attempts"
DROP INDEX `attempt_request`;
-- reverse: create index "attempt_turn_id_number" to table: "attempts"
DROP INDEX `attempt_turn_id_number`;
-- reverse: create "attempts" table
DROP TABLE `attempts`;
