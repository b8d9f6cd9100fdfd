-- What every turn sends, as PostgreSQL and SQLite both read it. A word after @ is a value, and {conversations}
-- and {turns} are the columns of the schema in ent/schema, in its order: a new one is read from here without a
-- word, and written where a line says so.
--
-- Begin is open_conversation or count_turn, turns_before unless they are known, and insert_turn. Finish is
-- touch_conversation, spend_held and end_turn. Both begin with take_subject where there is one to take. Annotate is annotate_conversation, annotate_turn, annotate_attempt
-- where there is a check, and spend where that cost something. What one statement finds out decides nothing that comes after it,
-- so that a transaction is sent as a whole: where a turn may not begin, or is not held any more, a column that
-- must have a value gets NULL, and the constraint takes all of it back.
--
-- A column with || '' beside it is looked for by no index. While a table is small or was never analysed, PostgreSQL takes
-- the index of an owner's conversations, or that of running turns with all that ran since the last vacuum, for as good
-- as that of ids, and a connection keeps its plan.

-- name: open_conversation
INSERT INTO conversations (id, owner_key, owner_user, topic, stance, title, language, difficulty, persona, format,
  duel_user, duel_bot, turn_count, revision, created_at, updated_at)
VALUES (@conversation, @owner_key, @owner_user, @topic, @stance, @title, @language, @difficulty, @persona, @format,
  @duel_user, @duel_bot, 1, 1, @now, @now)
RETURNING {conversations};

-- name: take_subject
-- gives a conversation that has none its subject. What follows says whether the turn may.
UPDATE conversations SET topic = @topic, stance = @stance, title = @title, language = @language, searchable = false
WHERE id = @conversation AND topic = '';

-- name: count_turn
-- takes the next turn's number. A debate that is over is not found. The time of the latest change is in an index,
-- and is written once a turn: by its end.
UPDATE conversations SET turn_count = turn_count + 1, revision = revision + 1
WHERE id = @conversation AND owner_key || '' = @owner_key AND owner_user || '' = @owner_user AND "over" = false
RETURNING {conversations};

-- name: turns_before
-- reads the turns before the one that was just counted, the latest first, down to those that the summary
-- retells; none of a conversation that is at the revision known.
SELECT {turns} FROM turns
WHERE conversation_id = @conversation AND number > (
  SELECT CASE WHEN summary_through < turn_count - 1 - @min THEN summary_through ELSE turn_count - 1 - @min END
  FROM conversations WHERE id = @conversation AND revision <> @known)
ORDER BY number DESC LIMIT @max;

-- name: insert_turn
-- fails without a number where the conversation is not the owner's, or the request id made a retry, a verdict or a
-- conversation; an index refuses one that made a turn, and a second turn that runs.
INSERT INTO turns (id, conversation_id, owner_key, owner_user, message, created_at, request_id, request_hash,
  state, holder, lease_until, number)
VALUES (@turn, @conversation, @owner_key, @owner_user, @message, @now, @request_id, @request_hash,
  'running', @holder, @lease_until, (
    SELECT turn_count FROM conversations
    WHERE id = @conversation AND owner_key || '' = @owner_key AND owner_user || '' = @owner_user AND NOT EXISTS (
      SELECT 1 FROM attempts
      WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> '')
    AND NOT EXISTS (
      SELECT 1 FROM verdicts
      WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> '')
    AND NOT EXISTS (
      SELECT 1 FROM conversations
      WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> '')));

-- name: touch_conversation
UPDATE conversations SET revision = revision + 1, updated_at = @now
WHERE id = @conversation
RETURNING {conversations};

-- name: spend_held
-- fails without an owner where the turn is not held.
INSERT INTO usages (owner_key, day, slot, turns, input_tokens, output_tokens, side_input_tokens, side_output_tokens)
VALUES ((SELECT owner_key FROM turns WHERE id = @turn AND holder = @holder AND attempt = @attempt AND state || '' = 'running'),
  @day, @slot, @turns, @input_tokens, @output_tokens, @side_input_tokens, @side_output_tokens)
ON CONFLICT (owner_key, day, slot) DO UPDATE SET
  turns = usages.turns + excluded.turns,
  input_tokens = usages.input_tokens + excluded.input_tokens,
  output_tokens = usages.output_tokens + excluded.output_tokens,
  side_input_tokens = usages.side_input_tokens + excluded.side_input_tokens,
  side_output_tokens = usages.side_output_tokens + excluded.side_output_tokens;

-- name: end_turn
-- returns what its values do not say of the turn.
UPDATE turns SET
  state = @state, kind = @kind, reply = @reply, model = @model,
  input_tokens = @input_tokens, output_tokens = @output_tokens,
  side_input_tokens = @side_input_tokens, side_output_tokens = @side_output_tokens,
  failure_reason = @failure_reason, failure_message = @failure_message, finished_at = @now,
  ledger = @ledger
WHERE id = @turn AND holder = @holder AND attempt = @attempt AND state || '' = 'running'
RETURNING owner_key, owner_user, number, message, created_at;

-- name: annotate_conversation
UPDATE conversations SET
  revision = revision + 1,
  summary = CASE WHEN summary_through < @through THEN @summary ELSE summary END,
  summary_through = CASE WHEN summary_through < @through THEN @through ELSE summary_through END
WHERE id = @conversation
RETURNING revision;

-- name: annotate_turn
UPDATE turns SET
  side_input_tokens = side_input_tokens + @side_input_tokens,
  side_output_tokens = side_output_tokens + @side_output_tokens,
  stance_holds = CASE WHEN shown = @attempt THEN COALESCE(@holds, stance_holds) ELSE stance_holds END,
  stance_invents = CASE WHEN shown = @attempt THEN COALESCE(@invents, stance_invents) ELSE stance_invents END,
  ledger = CASE WHEN shown = @attempt THEN COALESCE(@ledger, ledger) ELSE ledger END
WHERE id = @turn;

-- name: annotate_attempt
UPDATE attempts SET stance_holds = @holds, stance_invents = @invents, ledger = COALESCE(@ledger, ledger)
WHERE turn_id = @turn AND number = @attempt;

-- The rest is sent besides, where Ent's builder says less well what is meant.

-- name: spend
INSERT INTO usages (owner_key, day, slot, turns, input_tokens, output_tokens, side_input_tokens, side_output_tokens)
VALUES (@owner_key, @day, @slot, @turns, @input_tokens, @output_tokens, @side_input_tokens, @side_output_tokens)
ON CONFLICT (owner_key, day, slot) DO UPDATE SET
  turns = usages.turns + excluded.turns,
  input_tokens = usages.input_tokens + excluded.input_tokens,
  output_tokens = usages.output_tokens + excluded.output_tokens,
  side_input_tokens = usages.side_input_tokens + excluded.side_input_tokens,
  side_output_tokens = usages.side_output_tokens + excluded.side_output_tokens;

-- name: find_request
-- reads which attempt a request id made.
SELECT id, 1 AS number, request_hash FROM turns
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> ''
UNION ALL
SELECT turn_id, number, request_hash FROM attempts
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> '';

-- name: used_request
-- reads a row for whatever a request id made.
SELECT 1 FROM turns
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> ''
UNION ALL
SELECT 1 FROM attempts
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> ''
UNION ALL
SELECT 1 FROM verdicts
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> ''
UNION ALL
SELECT 1 FROM conversations
WHERE owner_key = @owner_key AND owner_user = @owner_user AND request_id = @request_id AND request_id <> '';

-- name: latest_turns
SELECT {turns} FROM turns WHERE conversation_id = @conversation ORDER BY number DESC LIMIT @max;

-- name: renew_turn
-- extends a lease, keeps the text so far, and says whether the turn is to be stopped.
UPDATE turns SET reply = @reply, lease_until = @lease_until
WHERE id = @turn AND holder = @holder AND attempt = @attempt AND state || '' = 'running'
RETURNING stop;
