package config_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/config"
)

func load(vars map[string]string) (config.Config, error) {
	return config.Load(func(name string) string { return vars[name] })
}

func TestDefaultsServeThisMachineOnly(t *testing.T) {
	c, err := load(map[string]string{"XDG_DATA_HOME": "/data"})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Keyless() || c.Port != 8080 || c.Model != "offline" || c.OpenAIModel != "gpt-4o-mini" ||
		c.DataDir != "/data/debate" || c.DrainDelay != 0 || c.LogFormat != "text" ||
		c.LogLevel != slog.LevelInfo || !bool(c.Moderation) || !bool(c.StanceGuard) || c.Pace != 1 ||
		bool(c.LogMessages) || c.RateLimit != 0 || c.UserRateLimit != 0 || c.RunningTurns != 0 || c.UserRunningTurns != 0 {
		t.Errorf("unexpected defaults: %+v", c)
	}
}

// Windows sets LOCALAPPDATA for each user (learn.microsoft.com, "KNOWNFOLDERID", FOLDERID_LocalAppData): there debates
// stood in C:\Users\…\.local\share, where nobody there looks for a program's data.
func TestDataAreWhereTheSystemKeepsThem(t *testing.T) {
	xdg, local := t.TempDir(), t.TempDir()
	for _, c := range []struct{ xdg, local, want string }{
		{xdg, local, xdg}, {"", local, local}, {"relative", local, local},
	} {
		got, err := load(map[string]string{"XDG_DATA_HOME": c.xdg, "LOCALAPPDATA": c.local})
		if want := filepath.Join(c.want, "debate"); err != nil || got.DataDir != want {
			t.Errorf("with XDG_DATA_HOME=%s and LOCALAPPDATA=%s data are in %s, want %s (%v)", c.xdg, c.local, got.DataDir, want, err)
		}
	}
}

func TestTheEnvironmentOfProductionLoads(t *testing.T) {
	c, err := load(map[string]string{
		"PORT": "8080", "OPENAI_MODEL": "gpt-4o-mini", "AWS_REGION": "us-east-2",
		"API_KEY_SECRET_NAME": "debate-chatbot-api-key", "OPENAI_API_KEY": "sk-1",
		"DATABASE_URL": "postgres://u:p@host/debate", "REDIS_URL": "rediss://cache:6379",
		"OPENAI_FALLBACK_MODELS": "gpt-4o, gpt-4.1-mini", "STANCE_GUARD": "off", "LOG_LEVEL": "warn", "DAILY_TOKENS": "2000000",
		"CORS_ALLOWED_ORIGINS": "https://a.example/, http://localhost:3000" /* metabase/metabase issue 75839 */, "USER_RATE_LIMIT": "0", "RUNNING_TURNS": "7",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Keyless() || c.Model != "openai" || c.DrainDelay != 10*time.Second || c.LogFormat != "json" ||
		c.LogLevel != slog.LevelWarn || c.DailyTokens != 2_000_000 || bool(c.StanceGuard) ||
		c.RateLimit != 3000 || c.UserRateLimit != 0 || c.RunningTurns != 7 || c.UserRunningTurns != 4 ||
		strings.Join(c.OpenAIFallbacks, "|") != "gpt-4o|gpt-4.1-mini" ||
		strings.Join(c.CORSOrigins, "|") != "https://a.example|http://localhost:3000" {
		t.Errorf("unexpected config: %+v", c)
	}
}

// hasura/graphql-engine issue 6345, youssofal/MTPLX issue 473, withsmilo's of glowingjade/obsidian-smart-composer
// issue 158: apps and extensions have schemes of their own. What no browser sends would never be equal.
func TestOriginsAreThoseThatBrowsersAndAppsSend(t *testing.T) {
	for given, want := range map[string]string{
		"capacitor://localhost": "capacitor://localhost", "tauri://localhost": "tauri://localhost", "app://obsidian.md": "app://obsidian.md",
		"chrome-extension://mdplmiioglkpgkgblfdilgebpppgdlma": "chrome-extension://mdplmiioglkpgkgblfdilgebpppgdlma",
		"https://a.example:443":                               "https://a.example", "http://a.example:80/": "http://a.example", "https://a.example:80": "https://a.example:80",
		"HTTPS://A.Example": "https://a.example", "https://münchen.example": "https://xn--mnchen-3ya.example", "https://*.a.example": "https://*.a.example",
		"http://[::1]:3000": "http://[::1]:3000", "*": "*",
	} {
		c, err := load(map[string]string{"CORS_ALLOWED_ORIGINS": given})
		if err != nil || len(c.CORSOrigins) != 1 || c.CORSOrigins[0] != want {
			t.Errorf("%s: %q, %v", given, c.CORSOrigins, err)
		}
	}
}

func TestABadValueIsOneLineThatNamesTheVariableWhatItGotAndWhatItTakes(t *testing.T) {
	tests := []struct{ name, value, got string }{
		{"PORT", "eighty", `"eighty"`},
		{"PORT", "70000", `"70000"`},
		{"PORT", "-1", `"-1"`},
		{"DATABASE_URL", "mysql://root:hunter22@db/x", "26 characters"},
		{"DATABASE_URL", "mysql://root:hunter22@db/x?a=b", "30 characters"},
		{"DATABASE_URL", "postgres://u:hunter22/5@db/x", "28 characters"},
		{"DATABASE_URL", "postgres://u:hunter22%zz@db/x", "29 characters"},
		{"DATABASE_URL", "postgres://u:hunter22@db/x?sslmode=maybe", "40 characters"},
		{"DATABASE_URL", "postgres://u:hunter22@db/x?sslmode=verify-full&sslrootcert=/nowhere/ca.pem", "file that cannot be read (open /nowhere/ca.pem"},
		{"DATABASE_URL", "postgres://u:hunter22@db/x?target_session_attrs=wild", "52 characters"},
		{"DATABASE_URL", "postgres://u:hunter22@db/x?default_query_exec_mode=none", "55 characters"},
		{"DATABASE_URL", "host=db password=hunter22 dbname", "32 characters"},
		{"DATABASE_URL", "postgres://u:p@hunter22#w/d@db:5432/x", "37 characters"}, // a part would be looked up, and told
		{"DATABASE_URL", "postgres://u:p@hunter22/d@db:5432/x", "35 characters"},
		{"DATABASE_URL", "postgres://u:p@ss#w0rd@db/app", "29 characters"},
		{"REDIS_URL", "redis://:57#hunter22@cache:6379/0", "33 characters"}, // celery-once#135
		{"REDIS_URL", "redis://u:p@hunter22#w/d@cache:6379", "35 characters"},
		{"DATABASE_URL", "app.db", "6 characters"},
		{"REDIS_URL", "cache:6379", "10 characters"},
		{"DATABASE_ROLE", "debate_app", `"debate_app"`}, // without a DATABASE_URL
		{"DATABASE_SECRET_NAME", "rds!cluster-1", `"rds!cluster-1"`},
		{"DATABASE_IAM_AUTH", "on", `"true"`},
		{"DATABASE_IAM_AUTH", "iam", `"iam"`},
		{"DATABASE_MAY_PAUSE", "perhaps", `"perhaps"`},
		{"REDIS_IAM_AUTH", "debate-chatbot", `"debate-chatbot"`},
		{"MODEL", "gpt", `"gpt"`},
		{"MODEL", "openai", `"openai" with neither OPENAI_API_KEY nor OPENAI_BASE_URL; it takes`},
		{"MODEL", "openai/gpt-4o", `"openai/gpt-4o" with neither OPENAI_API_KEY nor OPENAI_BASE_URL; it takes`},
		{"OPENAI_BASE_URL", "localhost:11434", `"localhost:11434"`},
		{"MODEL", "ollama", `"ollama"`},
		{"MODEL", "ollama/", `"ollama/"`},
		{"MODEL", "owl/llama3.2", `"owl/llama3.2"`},
		{"MODEL", "openai/gpt-4o", `"openai/gpt-4o"`},
		{"OPENAI_FALLBACK_MODELS", "a,b@http://", `"a,b@http://"`},
		{"OPENAI_FALLBACK_MODELS", "@http://localhost/v1", `"@http://localhost/v1"`},
		{"OPENAI_TEMPERATURE", "hot", `"hot"`},
		{"OPENAI_TEMPERATURE", "2.5", `"2.5"`},
		{"OPENAI_TEMPERATURE", "NaN", `"NaN"`},
		{"OPENAI_MAX_TOKENS", "1", `"1"`},
		{"OPENAI_REASONING_EFFORT", "as much as it takes", `"as much as it takes"`},
		{"PROMPT_TOKENS", "100", `"100"`},
		{"FIRST_TOKEN_TIMEOUT", "20", `"20"`},
		{"FIRST_TOKEN_TIMEOUT", "1h", `"1h0m0s"`},
		{"FIRST_TOKEN_TIMEOUT", "-1s", `"-1s"`},
		{"REPLY_TIMEOUT", "1s", `"1s"`},
		{"REPLY_TIMEOUT", "-1ms", `"-1ms"`},
		{"DRAIN_DELAY", "-1s", `"-1s"`},
		{"DRAIN_TIMEOUT", "-1s", `"-1s"`},
		{"RATE_LIMIT", "-1", `"-1"`},
		{"RUNNING_TURNS", "-many", `"-many"`},
		{"MODERATION", "maybe", `"maybe"`},
		{"STANCE_GUARD", "2", `"2"`},
		{"PACE", "fast", `"fast"`},
		{"PACE", "-1", `"-1"`},
		{"PACE", "NaN", `"NaN"`},
		{"API_KEY", "short", "5 characters"},
		{"API_KEY", "with a space", "12 characters"},
		{"DAILY_TOKENS", "many", `"many"`},
		{"DAILY_TOKENS", "-1", `"-1"`},
		{"CORS_ALLOWED_ORIGINS", "example.com", `"example.com"`},
		{"CORS_ALLOWED_ORIGINS", "https://a.example/path", `"https://a.example/path"`},
		{"CORS_ALLOWED_ORIGINS", "localhost:3000", `"localhost:3000"`},
		{"CORS_ALLOWED_ORIGINS", "null", `"null"`}, // of any page that is in a frame or a file
		{"REFLECTION", "perhaps", `"perhaps"`},
		{"MAX_CONNECTIONS", "0", `"0"`},
		{"RATE_LIMIT", "many", `"many"`},
		{"USER_RATE_LIMIT", "-2", `"-2"`},
		{"RUNNING_TURNS", "1000001", `"1000001"`},
		{"USER_RUNNING_TURNS", "1.5", `"1.5"`},
		{"LOG_MESSAGES", "some", `"some"`},
		{"DRAIN_DELAY", "ten", `"ten"`},
		{"DRAIN_DELAY", "1h", `"1h0m0s"`},
		{"DRAIN_TIMEOUT", "-5s", `"-5s"`},
		{"LOG_LEVEL", "loud", `"loud"`},
		{"LOG_FORMAT", "xml", `"xml"`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector", `"collector"`},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318", `"collector:4318"`},
		{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "grpc://collector", `"grpc://collector"`},
		{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", `"grpc"; it takes http/protobuf`},
		{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", `"http/json"; it takes http/protobuf`},
		{"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc", `"grpc"; it takes http/protobuf`},
		{"OTEL_TRACES_EXPORTER", "zipkin", `"zipkin"`},
		{"OTEL_METRICS_EXPORTER", "prometheus", `"prometheus"`},
		{"OTEL_SDK_DISABLED", "perhaps", `"perhaps"`},
	}
	for _, tt := range tests {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			_, err := load(map[string]string{tt.name: tt.value})
			if err == nil {
				t.Fatal("accepted")
			}
			line := err.Error()
			if strings.Contains(line, "\n") || !strings.HasPrefix(line, tt.name+": got ") ||
				!strings.Contains(line, tt.got) || !strings.Contains(line, "; it takes ") {
				t.Errorf("unhelpful: %s", line)
			}
			if strings.Contains(line, "hunter") {
				t.Errorf("a secret is shown: %s", line)
			}
		})
	}
}

func TestEveryBadValueHasItsLine(t *testing.T) {
	_, err := load(map[string]string{"STANCE_GUARD": "maybe", "RATE_LIMIT": "-3", "USER_RUNNING_TURNS": "-1", "PACE": "fast"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"STANCE_GUARD", "RATE_LIMIT", "USER_RUNNING_TURNS", "PACE"} {
		if strings.Count("\n"+err.Error(), "\n"+name+": got ") != 1 {
			t.Errorf("no line of its own for %s in:\n%v", name, err)
		}
	}
}

func TestLoginsOfAWSNeedWhatTheyWorkWith(t *testing.T) {
	const database, cache = "postgres://host/debate?sslmode=verify-full", "rediss://debate-api@cache:6379/0"
	for _, tt := range []struct {
		vars map[string]string
		bad  string // the variable that is refused
	}{
		{map[string]string{"DATABASE_URL": database, "DATABASE_ROLE": "debate_app", "DATABASE_IAM_AUTH": "on", "REDIS_URL": cache, "REDIS_IAM_AUTH": "debate-chatbot"}, ""},
		{map[string]string{"DATABASE_URL": "postgres://host/debate?sslmode=require", "DATABASE_SECRET_NAME": "arn:aws:secretsmanager:us-east-2:123456789012:secret:rds!cluster-1-AbCdEf", "DATABASE_IAM_AUTH": "on", "DATABASE_ROLE": "debate_app"}, ""},
		{map[string]string{"DATABASE_URL": database, "DATABASE_SECRET_NAME": "rds!cluster-1", "DATABASE_IAM_AUTH": "on"}, "DATABASE_SECRET_NAME"},
		{map[string]string{"DATABASE_URL": "postgres://host/debate?sslmode=prefer", "DATABASE_IAM_AUTH": "on"}, "DATABASE_IAM_AUTH"},
		{map[string]string{"DATABASE_URL": "postgres://host/debate", "DATABASE_IAM_AUTH": "on"}, "DATABASE_IAM_AUTH"},
		{map[string]string{"DATABASE_URL": database, "DATABASE_ROLE": "debate-app"}, "DATABASE_ROLE"},
		{map[string]string{"DATABASE_URL": database, "DATABASE_ROLE": "pg_monitor"}, "DATABASE_ROLE"},
		{map[string]string{"DATABASE_URL": database, "DATABASE_ROLE": `x"; DROP TABLE turns`}, "DATABASE_ROLE"},
		{map[string]string{"REDIS_URL": "redis://debate-api@cache:6379", "REDIS_IAM_AUTH": "debate-chatbot"}, "REDIS_IAM_AUTH"},
		{map[string]string{"REDIS_URL": "rediss://cache:6379", "REDIS_IAM_AUTH": "debate-chatbot"}, "REDIS_IAM_AUTH"},
		{map[string]string{"REDIS_URL": "rediss://debate-api:password@cache:6379", "REDIS_IAM_AUTH": "debate-chatbot"}, "REDIS_IAM_AUTH"},
		{map[string]string{"REDIS_URL": cache, "REDIS_IAM_AUTH": "Debate-Chatbot"}, "REDIS_IAM_AUTH"},
	} {
		tt.vars["MODEL"] = "offline"
		_, err := load(tt.vars)
		if (err == nil) != (tt.bad == "") || err != nil && (!strings.HasPrefix(err.Error(), tt.bad+": got ") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%v: %v", tt.vars, err)
		}
	}
}

// As pgx takes them, which takes what libpq's programs do (sqlx 2781,
// prisma-client-js 437).
func TestDatabasesAreNamedAsPgxTakesThem(t *testing.T) {
	for _, value := range []string{
		"postgres:///app?host=/run/postgresql&user=app",
		"postgresql://app:hunter22@/app?host=/run/postgresql",
		"postgres://app@one,two:5433,[::1]:5434/app?target_session_attrs=read-write",
		"postgres://app@[2001:db8::1]:5432/app",
		"postgres://app:ss#w0rd@db/app", // which pgx reads as it is meant
		"postgres://app:p%40ss%2Fword@db/app?sslmode=require&application_name=debate",
		"postgres://app@pgbouncer:6432/app?default_query_exec_mode=exec&pool_max_conns=4",
		"host=/run/postgresql dbname=app user=app",
		"host=one,two port=5432,5433 dbname=app password='a b://c'",
	} {
		if _, err := load(map[string]string{"DATABASE_URL": value, "MODEL": "offline"}); err != nil {
			t.Errorf("%s: %v", value, err)
		}
		if _, err := load(map[string]string{"DATABASE_URL": value}); err == nil || !strings.Contains(err.Error(), "MODEL: got nothing") {
			t.Errorf("%s: PostgreSQL without a model: %v", value, err)
		}
	}
}

// URLs as they are shown by hosts of databases, for other libraries.
func TestDatabasesAreNamedAsOtherLibrariesTakeThem(t *testing.T) {
	for _, tt := range []struct{ source, value, want string }{
		{"https://github.com/brianc/node-postgres/pull/2195: Heroku's", "postgres://u:p@db/app?sslmode=no-verify", "postgres://u:p@db/app?sslmode=require"},
		{"https://github.com/brianc/node-postgres/pull/2198", "postgres://u:p@db/app?ssl=no-verify", "postgres://u:p@db/app?sslmode=require"},
		{"node-postgres and JDBC", "postgres://u:p@db/app?ssl=true&application_name=x", "postgres://u:p@db/app?sslmode=require&application_name=x"},
		{"what says more counts", "postgres://u:p@db/app?ssl=true&sslmode=verify-full", "postgres://u:p@db/app?sslmode=verify-full"},
		{"node-postgres", "postgres://u:p@db/app?ssl=false", "postgres://u:p@db/app?sslmode=disable"},
		{"SQLAlchemy's drivers", "postgresql+asyncpg://u:p@db/app", "postgresql://u:p@db/app"},
		{"libpq", "postgres://u:ssl=true@db/app", "postgres://u:ssl=true@db/app"},
		{"libpq", "host=db dbname=app", "host=db dbname=app"},
	} {
		c, err := load(map[string]string{"DATABASE_URL": tt.value, "MODEL": "offline"})
		if err != nil || c.DatabaseURL != tt.want {
			t.Errorf("%s, %s: %s, %v; want %s", tt.source, tt.value, c.DatabaseURL, err, tt.want)
		}
	}
	if _, err := load(map[string]string{"DATABASE_URL": "mysql+pymysql://u:p@db/app"}); err == nil {
		t.Error("another kind of database is taken")
	}
}

func TestPostgreSQLWithoutAModelIsRefusedUnlessOfflineIsMeant(t *testing.T) {
	vars := map[string]string{"DATABASE_URL": "postgres://host/debate"}
	if _, err := load(vars); err == nil || !strings.Contains(err.Error(), "MODEL: got nothing, with PostgreSQL and neither OPENAI_API_KEY nor OPENAI_BASE_URL") {
		t.Errorf("got %v", err)
	}
	vars["MODEL"] = "offline"
	if c, err := load(vars); err != nil || c.Model != "offline" {
		t.Errorf("got %q, %v", c.Model, err)
	}
}

func TestTheModelIsWhereItsVariablesSay(t *testing.T) {
	const ollama = "http://127.0.0.1:11434/v1"
	for _, tt := range []struct {
		vars             map[string]string
		model, name, url string
		chosen           bool
	}{
		{nil, "offline", "gpt-4o-mini", "", false},
		{map[string]string{"MODEL": "offline", "OPENAI_API_KEY": "k"}, "offline", "gpt-4o-mini", "", true},
		{map[string]string{"OPENAI_API_KEY": "k"}, "openai", "gpt-4o-mini", "", true},
		// phoenix#6258, pydantic-ai#812: servers of one's own need no key.
		{map[string]string{"OPENAI_BASE_URL": ollama, "OPENAI_MODEL": "llama3.2"}, "openai", "llama3.2", ollama, true},
		{map[string]string{"OPENAI_BASE_URL": ollama, "DATABASE_URL": "postgres://host/debate"}, "openai", "gpt-4o-mini", ollama, true},
		{map[string]string{"MODEL": "ollama/llama3.2"}, "openai", "llama3.2", ollama, true},
		{map[string]string{"MODEL": "lmstudio/org/model"}, "openai", "org/model", "http://127.0.0.1:1234/v1", true},
		{map[string]string{"MODEL": "llamacpp/model.gguf", "OPENAI_BASE_URL": "http://box:9000/v1"}, "openai", "model.gguf", "http://box:9000/v1", true},
		{map[string]string{"MODEL": "openai/gpt-4o", "OPENAI_API_KEY": "k", "OPENAI_MODEL": "gpt-4.1"}, "openai", "gpt-4o", "", true},
	} {
		c, err := load(tt.vars)
		if err != nil || c.Model != tt.model || c.OpenAIModel != tt.name || c.OpenAIBaseURL != tt.url || c.ModelChosen != tt.chosen {
			t.Errorf("%v: %s, %s at %q, chosen %t; %v", tt.vars, c.Model, c.OpenAIModel, c.OpenAIBaseURL, c.ModelChosen, err)
		}
	}
}

func TestAKeyIsNotShownToAServerThatItIsNotFor(t *testing.T) {
	if c, err := load(map[string]string{"MODEL": "ollama/llama3.2", "OPENAI_API_KEY": "k"}); err != nil || c.OpenAIKey != "" {
		t.Errorf("the key goes to Ollama; %v", err)
	}
}

func TestAModelOfThisMachinesHasMoreTimeAndNoModeration(t *testing.T) {
	for _, tt := range []struct {
		vars                map[string]string
		first, reply, drain time.Duration
		moderation          bool
	}{
		{nil, 20 * time.Second, 90 * time.Second, 95 * time.Second, true},
		{map[string]string{"MODEL": "ollama/m"}, 2 * time.Minute, 5 * time.Minute, 305 * time.Second, false},
		{map[string]string{"MODEL": "ollama/m", "MODERATION": "on", "FIRST_TOKEN_TIMEOUT": "3s", "REPLY_TIMEOUT": "10s"}, 3 * time.Second, 10 * time.Second, 15 * time.Second, true},
		{map[string]string{"DRAIN_TIMEOUT": "0s"}, 20 * time.Second, 90 * time.Second, 0, true},
	} {
		c, err := load(tt.vars)
		if err != nil || c.FirstTokenTimeout != tt.first || c.ReplyTimeout != tt.reply || c.DrainTimeout != tt.drain || bool(c.Moderation) != tt.moderation {
			t.Errorf("%v: %v, %v, %v, moderation %v; %v", tt.vars, c.FirstTokenTimeout, c.ReplyTimeout, c.DrainTimeout, c.Moderation, err)
		}
	}
}

func TestTracesAndMetricsGoWhereTheVariablesSay(t *testing.T) {
	const all, traces, metrics = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
	for _, tt := range []struct {
		vars            map[string]string
		traces, metrics string
	}{
		{nil, "", ""},
		{map[string]string{all: "http://c:4318"}, "http://c:4318/v1/traces", "http://c:4318/v1/metrics"},
		{map[string]string{all: "https://c/otlp/"}, "https://c/otlp/v1/traces", "https://c/otlp/v1/metrics"},
		{map[string]string{all: "http://c", traces: "http://t/own"}, "http://t/own", "http://c/v1/metrics"},
		{map[string]string{metrics: "http://m"}, "", "http://m"},
		{map[string]string{all: "http://c", "OTEL_TRACES_EXPORTER": "none"}, "", "http://c/v1/metrics"},
		{map[string]string{all: "http://c", metrics: "http://m", "OTEL_METRICS_EXPORTER": "none"}, "http://c/v1/traces", ""},
		{map[string]string{all: "http://c", "OTEL_SDK_DISABLED": "true"}, "", ""},
	} {
		c, err := load(tt.vars)
		if err != nil || c.TracesURL() != tt.traces || c.MetricsURL() != tt.metrics {
			t.Errorf("%v: %q and %q, %v", tt.vars, c.TracesURL(), c.MetricsURL(), err)
		}
	}
}

func TestEveryBadVariableHasItsLine(t *testing.T) {
	_, err := load(map[string]string{"PORT": "99999", "LOG_FORMAT": "xml"})
	if err == nil || len(strings.Split(err.Error(), "\n")) != 2 {
		t.Errorf("got %v", err)
	}
}

// cognee#1721, letta#1946: a key with the quotes of its .env file is refused by the provider.
func TestQuotesAroundAValueAreNoPartOfIt(t *testing.T) {
	for value, want := range map[string]string{`"sk-1"`: "sk-1", ` 'sk-1' `: "sk-1", `sk"1`: `sk"1`, `"sk-1`: `"sk-1`, `"`: `"`} {
		if c, err := load(map[string]string{"OPENAI_API_KEY": value}); err != nil || c.OpenAIKey != want {
			t.Errorf("%s: %q, %v", value, c.OpenAIKey, err)
		}
	}
	if c, err := load(map[string]string{"PORT": `"9000"`, "MODEL": `""`}); err != nil || c.Port != 9000 || c.Model != "offline" {
		t.Errorf("%+v, %v", c, err)
	}
}

// FuzzLoad: whatever a variable holds, Load takes it or says which one is bad,
// and never shows a secret.
func FuzzLoad(f *testing.F) {
	f.Add("PORT", "8080")
	f.Add("DATABASE_URL", "postgres://u:p@host/db")
	f.Add("DATABASE_URL", "postgres://sentinel-hunter22@[::1")
	f.Add("CORS_ALLOWED_ORIGINS", "https://a.example,,*")
	f.Add("API_KEY", "sentinel key")
	f.Add("DRAIN_TIMEOUT", "9999999h")
	f.Add("PACE", "1e309")
	f.Add("LOG_LEVEL", "info+2147483648")
	f.Fuzz(func(t *testing.T, name, value string) {
		vars := map[string]string{"MODEL": "offline"}
		vars[name] = value
		c, err := load(vars)
		if err == nil {
			if err := c.Validate(); err != nil {
				t.Errorf("%s=%q was loaded as something invalid: %v", name, value, err)
			}
			return
		}
		line := err.Error()
		said, _, _ := strings.Cut(line, "; it takes ")
		if !strings.HasPrefix(line, name+": got ") || strings.Contains(line, "\n") {
			t.Errorf("%s=%q: %s", name, value, line)
		}
		for _, secret := range []string{"DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY", "API_KEY"} {
			if name == secret && len(value) > 8 && strings.Contains(said, value) {
				t.Errorf("%s is shown: %s", name, line)
			}
		}
	})
}

func TestTheServiceReadsWhatOpenTelemetryReads(t *testing.T) {
	for name, want := range map[string][2]bool{
		"OTEL_TRACES_SAMPLER":               {true, false},
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS": {true, true},
		"OTEL_EXPORTER_OTLP_ENDPOINT":       {true, false},
		"API_KEY":                           {true, true},
		"SOME_OTEL_NAME_THAT_THERE_IS_NOT":  {false, false},
	} {
		if known, secret := config.Setting(name); known != want[0] || secret != want[1] {
			t.Errorf("%s: known %t, secret %t", name, known, secret)
		}
	}
}

func TestEveryVariableIsInItsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range strings.Split(strings.TrimSpace(config.Help()), "\n\n") {
		said, takes, _ := strings.Cut(one, "\n")
		name, sets, named := strings.Cut(strings.TrimSpace(said), ": ")
		if !named || sets == "" || len(strings.TrimPrefix(strings.TrimSpace(takes), "takes ")) < 3 {
			t.Errorf("the help does not tell what %s sets and takes: %q", name, one)
		}
		// The page names OpenTelemetry's own together.
		if named && !strings.HasPrefix(name, "OTEL_") && !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/configuration.md says nothing of %s", name)
		}
	}
}
