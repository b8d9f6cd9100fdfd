-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_attempts" table
CREATE TABLE `new_attempts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `state` text NOT NULL, `kind` text NOT NULL DEFAULT (''), `reply` text NOT NULL DEFAULT (''), `model` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `stance_holds` bool NULL, `stance_invents` bool NULL, `turn_id` text NOT NULL, CONSTRAINT `attempts_turns_attempts` FOREIGN KEY (`turn_id`) REFERENCES `turns` (`id`) ON DELETE CASCADE);
-- copy rows from old table "attempts" to new temporary table "new_attempts"
INSERT INTO `new_attempts` (`id`, `number`, `owner_key`, `owner_user`, `request_id`, `request_hash`, `state`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `turn_id`) SELECT `id`, `number`, `owner_key`, `owner_user`, `request_id`, `request_hash`, `state`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `turn_id` FROM `attempts`;
-- drop "attempts" table after copying rows
DROP TABLE `attempts`;
-- rename temporary table "new_attempts" to "attempts"
ALTER TABLE `new_attempts` RENAME TO `attempts`;
-- create index "attempt_turn_id_number" to table: "attempts"
CREATE UNIQUE INDEX `attempt_turn_id_number` ON `attempts` (`turn_id`, `number`);
-- create index "attempt_request" to table: "attempts"
CREATE UNIQUE INDEX `attempt_request` ON `attempts` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create "new_turns" table
CREATE TABLE `new_turns` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `number` integer NOT NULL, `message` text NOT NULL, `created_at` integer NOT NULL, `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `attempt` integer NOT NULL DEFAULT (1), `shown` integer NOT NULL DEFAULT (1), `holder` text NOT NULL, `lease_until` integer NOT NULL, `stop` bool NOT NULL DEFAULT (false), `state` text NOT NULL, `kind` text NOT NULL DEFAULT (''), `reply` text NOT NULL DEFAULT (''), `model` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `stance_holds` bool NULL, `stance_invents` bool NULL, `conversation_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `turns_conversations_turns` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE);
-- copy rows from old table "turns" to new temporary table "new_turns"
INSERT INTO `new_turns` (`id`, `owner_key`, `owner_user`, `number`, `message`, `created_at`, `request_id`, `request_hash`, `attempt`, `shown`, `holder`, `lease_until`, `stop`, `state`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `conversation_id`) SELECT `id`, `owner_key`, `owner_user`, `number`, `message`, `created_at`, `request_id`, `request_hash`, `attempt`, `shown`, `holder`, `lease_until`, `stop`, `state`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `conversation_id` FROM `turns`;
-- drop "turns" table after copying rows
DROP TABLE `turns`;
-- rename temporary table "new_turns" to "turns"
ALTER TABLE `new_turns` RENAME TO `turns`;
-- create index "turn_conversation_id_number" to table: "turns"
CREATE UNIQUE INDEX `turn_conversation_id_number` ON `turns` (`conversation_id`, `number`);
-- create index "turn_running" to table: "turns"
CREATE UNIQUE INDEX `turn_running` ON `turns` (`conversation_id`) WHERE state = 'running';
-- create index "turn_request" to table: "turns"
CREATE UNIQUE INDEX `turn_request` ON `turns` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create index "turn_lease" to table: "turns"
CREATE INDEX `turn_lease` ON `turns` (`lease_until`) WHERE state = 'running';
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "turn_lease" to table: "turns"
DROP INDEX `turn_lease`;
-- reverse: create index "turn_request" to table: "turns"
DROP INDEX `turn_request`;
-- reverse: create index "turn_running" to table: "turns"
DROP INDEX `turn_running`;
-- reverse: create index "turn_conversation_id_number" to table: "turns"
DROP INDEX `turn_conversation_id_number`;
-- reverse: create "new_turns" table
DROP TABLE `new_turns`;
-- reverse: create index "attempt_request" to table: "attempts"
DROP INDEX `attempt_request`;
-- reverse: create index "attempt_turn_id_number" to table: "attempts"
DROP INDEX `attempt_turn_id_number`;
-- reverse: create "new_attempts" table
DROP TABLE `new_attempts`;
