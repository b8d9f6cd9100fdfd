-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_attempts" table
CREATE TABLE `new_attempts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `number` integer NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `created_at` integer NOT NULL DEFAULT (0), `state` text NOT NULL, `kind` text NOT NULL DEFAULT (''), `reply` text NOT NULL DEFAULT (''), `model` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `stance_holds` bool NULL, `stance_invents` bool NULL, `ledger` text NULL, `turn_id` text NOT NULL, CONSTRAINT `attempts_turns_attempts` FOREIGN KEY (`turn_id`) REFERENCES `turns` (`id`) ON DELETE CASCADE);
-- copy rows from old table "attempts" to new temporary table "new_attempts"
INSERT INTO `new_attempts` (`id`, `number`, `owner_key`, `owner_user`, `request_id`, `request_hash`, `state`, `kind`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `ledger`, `turn_id`) SELECT `id`, `number`, `owner_key`, `owner_user`, `request_id`, `request_hash`, `state`, `kind`, `reply`, `model`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`, `failure_reason`, `failure_message`, `finished_at`, `stance_holds`, `stance_invents`, `ledger`, `turn_id` FROM `attempts`;
-- drop "attempts" table after copying rows
DROP TABLE `attempts`;
-- rename temporary table "new_attempts" to "attempts"
ALTER TABLE `new_attempts` RENAME TO `attempts`;
-- create index "attempt_turn_id_number" to table: "attempts"
CREATE UNIQUE INDEX `attempt_turn_id_number` ON `attempts` (`turn_id`, `number`);
-- create index "attempt_request" to table: "attempts"
CREATE UNIQUE INDEX `attempt_request` ON `attempts` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create index "verdict_owner_key_owner_user_finished_at" to table: "verdicts"
CREATE INDEX `verdict_owner_key_owner_user_finished_at` ON `verdicts` (`owner_key`, `owner_user`, `finished_at`);
-- create "changes" table
CREATE TABLE `changes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `conversation_id` text NOT NULL, `kind` text NOT NULL, `at` integer NOT NULL);
-- create index "change_owner_key_owner_user_at" to table: "changes"
CREATE INDEX `change_owner_key_owner_user_at` ON `changes` (`owner_key`, `owner_user`, `at`);
-- create index "change_at" to table: "changes"
CREATE INDEX `change_at` ON `changes` (`at`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "change_at" to table: "changes"
DROP INDEX `change_at`;
-- reverse: create index "change_owner_key_owner_user_at" to table: "changes"
DROP INDEX `change_owner_key_owner_user_at`;
-- reverse: create "changes" table
DROP TABLE `changes`;
-- reverse: create index "verdict_owner_key_owner_user_finished_at" to table: "verdicts"
DROP INDEX `verdict_owner_key_owner_user_finished_at`;
-- reverse: create index "attempt_request" to table: "attempts"
DROP INDEX `attempt_request`;
-- reverse: create index "attempt_turn_id_number" to table: "attempts"
DROP INDEX `attempt_turn_id_number`;
-- reverse: create "new_attempts" table
DROP TABLE `new_attempts`;
