-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_usages" table
CREATE TABLE `new_usages` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `owner_key` text NOT NULL, `day` text NOT NULL, `slot` integer NOT NULL DEFAULT (0), `turns` integer NOT NULL DEFAULT (0), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `side_input_tokens` integer NOT NULL DEFAULT (0), `side_output_tokens` integer NOT NULL DEFAULT (0));
-- copy rows from old table "usages" to new temporary table "new_usages"
INSERT INTO `new_usages` (`id`, `owner_key`, `day`, `turns`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens`) SELECT `id`, `owner_key`, `day`, `turns`, `input_tokens`, `output_tokens`, `side_input_tokens`, `side_output_tokens` FROM `usages`;
-- drop "usages" table after copying rows
DROP TABLE `usages`;
-- rename temporary table "new_usages" to "usages"
ALTER TABLE `new_usages` RENAME TO `usages`;
-- create index "usage_owner_key_day_slot" to table: "usages"
CREATE UNIQUE INDEX `usage_owner_key_day_slot` ON `usages` (`owner_key`, `day`, `slot`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "usage_owner_key_day_slot" to table: "usages"
DROP INDEX `usage_owner_key_day_slot`;
-- reverse: create "new_usages" table
DROP TABLE `new_usages`;
