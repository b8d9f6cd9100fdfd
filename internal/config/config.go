// Package config turns environment variables into a Config and says, in one
// line a variable, what is wrong with a bad one.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"golang.org/x/net/idna"
)

// Config is everything that can be set from outside. The tag sets says what
// a variable is for and takes what it takes; secret ones are never printed.
type Config struct {
	// Port is listened on; 0 picks a free one.
	Port int `env:"PORT" envDefault:"8080" sets:"where to listen" takes:"a port number from 0 to 65535, where 0 picks a free one"`

	// DatabaseURL is a PostgreSQL database as pgx takes it; empty means SQLite in
	// DataDir.
	DatabaseURL string `env:"DATABASE_URL" secret:"true" sets:"the database; without one it is a SQLite file in DATA_DIR" takes:"a URL such as postgres://user:password@host:5432/name, where characters like @ : / # and % of a password are written as %40 %3A %2F %23 and %25, or host=… user=… dbname=…, or nothing for a SQLite file"`
	// DatabaseRole is whom the service works as, made by migrations; empty for
	// the URL's user.
	DatabaseRole string `env:"DATABASE_ROLE" sets:"whom the service works as in the database, which may only read and write rows" takes:"the name of a role that debate migrate makes, such as debate_app, with a DATABASE_URL"`
	// DatabaseSecret names a secret of AWS Secrets Manager with the login of the
	// tables' owner, as RDS makes it.
	DatabaseSecret string `env:"DATABASE_SECRET_NAME" sets:"where the login of the tables' owner is, in place of a password in DATABASE_URL" takes:"the name or ARN of a secret in AWS Secrets Manager with username and password, with a DATABASE_URL, and with DATABASE_IAM_AUTH only beside a DATABASE_ROLE"`
	// DatabaseIAM has DatabaseRole, or the URL's user without one, log in with
	// tokens of AWS's IAM, which must not be sent in clear.
	DatabaseIAM Switch `env:"DATABASE_IAM_AUTH" envDefault:"off" sets:"whether it logs in to the database by AWS's IAM, without a password" takes:"on or off; on with a DATABASE_URL that has sslmode=verify-full or require"`
	// DatabasePauses keeps the database from being asked while nobody calls.
	DatabasePauses Switch `env:"DATABASE_MAY_PAUSE" envDefault:"off" sets:"whether the database is asked nothing while nobody calls" takes:"on or off; on leaves a database alone that pauses when nobody asks it"`
	// DataDir holds the SQLite file.
	DataDir string `env:"DATA_DIR" sets:"where the SQLite file is; --data too" takes:"the path of a directory"`
	// FormatsDir holds YAML files of formats beside those that are shipped.
	FormatsDir string `env:"FORMATS_DIR" sets:"where more formats of debates are" takes:"the path of a directory with YAML files of debate formats"`
	// RedisURL turns the shared cache on. With cluster=true in its query it
	// names one node of a cluster, and each addr=host:port one more.
	RedisURL string `env:"REDIS_URL" secret:"true" sets:"the Redis by which replicas share running replies, stops and limits" takes:"a redis:// or rediss:// URL, with ?cluster=true for a cluster, where characters like @ : / # and % of a password are written as %40 %3A %2F %23 and %25"`

	// RedisIAM has the URL's user log in with tokens of AWS's IAM for this
	// replication group of ElastiCache.
	RedisIAM string `env:"REDIS_IAM_AUTH" sets:"whether it logs in to ElastiCache by AWS's IAM, without a password" takes:"the id of an ElastiCache replication group in lower case, with a REDIS_URL such as rediss://USER@HOST:6379"`

	// Model is "openai" or "offline"; Load fills it where it was left out, and
	// turns a model of this machine's into an address and a name.
	Model string `env:"MODEL" sets:"which model argues; without it the one of OPENAI_API_KEY or OPENAI_BASE_URL, else the built-in opponent" takes:"offline, openai, openai/NAME, or a model of this machine's such as ollama/llama3.2, lmstudio/NAME or llamacpp/NAME; openai needs OPENAI_API_KEY or OPENAI_BASE_URL"`
	// ModelChosen says that a variable asked for the model.
	ModelChosen bool `env:"-"`
	// OpenAIKey is the key of the model's provider.
	OpenAIKey string `env:"OPENAI_API_KEY" secret:"true" sets:"the key for the model's provider; turns OpenAI's models on" takes:"the provider's API key"`
	// OpenAIBaseURL is that of any server compatible with OpenAI's.
	OpenAIBaseURL string `env:"OPENAI_BASE_URL" sets:"where the model is, of any server compatible with OpenAI's; turns it on, with a key or without" takes:"an http:// or https:// URL such as https://api.openai.com/v1"`
	OpenAIModel   string `env:"OPENAI_MODEL" envDefault:"gpt-4o-mini" sets:"which of the provider's models argues" takes:"the name of a model"`
	// OpenAIFallbacks are asked, in order, when OpenAIModel fails.
	OpenAIFallbacks []string `env:"OPENAI_FALLBACK_MODELS" sets:"which models are asked, in order, when that one fails" takes:"names of models, separated by commas; one on another server is name@URL, such as llama3.2@http://localhost:11434/v1"`
	// OpenAIJudgeModel makes verdicts in place of OpenAIModel.
	OpenAIJudgeModel string `env:"OPENAI_JUDGE_MODEL" sets:"which model judges debates, if another one" takes:"the name of a model; one on another server is name@URL"`
	// Parameters of the calls, which are left to the server where they are not set.
	OpenAITemperature     *float64 `env:"OPENAI_TEMPERATURE" sets:"how much chance is in replies; without it the provider's choice" takes:"a number from 0 to 2"`
	OpenAIMaxTokens       int      `env:"OPENAI_MAX_TOKENS" sets:"how long a reply may be; without it the provider's choice" takes:"the most tokens of a reply, thoughts included, from 16 to 1000000"`
	OpenAIReasoningEffort string   `env:"OPENAI_REASONING_EFFORT" sets:"how long the model thinks; without it the provider's choice" takes:"a word that the model knows, such as low, medium or high"`
	// PromptTokens bounds a prompt.
	PromptTokens int `env:"PROMPT_TOKENS" envDefault:"12000" sets:"how long a prompt may be; a smaller context is noticed by itself" takes:"a number of tokens from 500 to 1000000"`
	// FirstTokenTimeout is the longest wait for a model's sign of life before
	// its reply begins, ReplyTimeout the longest reply. Load sets those left out,
	// with more patience for a model of this machine's.
	FirstTokenTimeout time.Duration `env:"FIRST_TOKEN_TIMEOUT" envDefault:"-1s" sets:"how long a model may be silent before its reply; without it 20s, or 2m for one of this machine's" takes:"a duration from 1s to 10m such as 20s"`
	ReplyTimeout      time.Duration `env:"REPLY_TIMEOUT" envDefault:"-1s" sets:"how long a whole reply may take; without it 90s, or 5m for a model of this machine's" takes:"a duration from 5s to 30m such as 90s"`
	// Moderation asks the provider's moderation endpoint about every message.
	Moderation Switch `env:"MODERATION" envDefault:"on" sets:"whether the provider is asked if each message is safe" takes:"on, or off for servers without a moderation endpoint"`
	// StanceGuard has a model check every argument for its side and its figures,
	// and keep its points, after it was sent.
	StanceGuard Switch `env:"STANCE_GUARD" envDefault:"on" sets:"whether the model checks the side and the figures of each argument after it was sent" takes:"on or off"`
	// Pace is how fast the offline opponent types when streamed: 1 is a brisk
	// typist, 2 takes twice as long, 0 does not wait.
	Pace float64 `env:"PACE" envDefault:"1" sets:"how slowly the built-in opponent types in streams" takes:"a number from 0 (no waiting) to 10 (slow)"`

	// APIKey is the one key that callers must show; empty together with
	// APIKeySecret serves this machine only.
	APIKey string `env:"API_KEY" secret:"true" sets:"the key that callers must show; without one only this machine may call" takes:"8 to 512 visible ASCII characters"`
	// APIKeySecret names a secret of AWS Secrets Manager that holds the keys.
	APIKeySecret string `env:"API_KEY_SECRET_NAME" sets:"where the keys of callers are, if there are several" takes:"the name of a secret in AWS Secrets Manager"`
	AWSRegion    string `env:"AWS_REGION" sets:"where the secrets of AWS are" takes:"an AWS region such as us-east-2"`

	// The limits of each API key and of each of its users (X-User-Id). Load
	// sets those left out: to none where there are no keys.
	RateLimit        int `env:"RATE_LIMIT" envDefault:"-1" sets:"how many requests a key may make; without it 3000, or any number where there are no keys" takes:"requests a minute of a key, from 0 (any number) to 1000000"`
	UserRateLimit    int `env:"USER_RATE_LIMIT" envDefault:"-1" sets:"how many requests each user of a key (X-User-Id) may make; without it 120, or any number where there are no keys" takes:"requests a minute of a user, from 0 (any number) to 1000000"`
	RunningTurns     int `env:"RUNNING_TURNS" envDefault:"-1" sets:"how many replies of a key are written at once; without it 200, or any number where there are no keys" takes:"turns of a key that run at once, from 0 (any number) to 1000000"`
	UserRunningTurns int `env:"USER_RUNNING_TURNS" envDefault:"-1" sets:"how many replies of each user of a key are written at once; without it 4, or any number where there are no keys" takes:"turns of a user that run at once, from 0 (any number) to 1000000"`
	// DailyTokens is how many tokens a UTC day each API key may use that has
	// no number of its own in the secret; 0 limits nothing.
	DailyTokens int64 `env:"DAILY_TOKENS" envDefault:"0" sets:"how many tokens a key may use in a day (UTC) that has no number of its own" takes:"a number of tokens, or 0 for no limit"`

	// CORSOrigins are the web origins whose pages may call.
	CORSOrigins []string `env:"CORS_ALLOWED_ORIGINS" sets:"which web pages of others may call" takes:"origins such as https://example.com, separated by commas, or *"`
	// Reflection answers gRPC server reflection.
	Reflection Switch `env:"REFLECTION" envDefault:"on" sets:"whether gRPC clients may ask for the contract" takes:"on or off"`
	// MaxConnections are held at once; more push out the idle ones.
	MaxConnections int `env:"MAX_CONNECTIONS" envDefault:"10000" sets:"how many connections are held at once; more push out the idle ones" takes:"a number from 1 to 1000000"`

	// DrainDelay is how long a stopping server still takes calls after it
	// stopped being ready, so that a balancer can notice. Load sets it to 10
	// seconds where there are API keys, else to 0.
	DrainDelay time.Duration `env:"DRAIN_DELAY" envDefault:"-1s" sets:"how long a stopping service still takes calls; without it 10s, or 0s where there are no keys" takes:"a duration from 0s to 60s such as 10s"`
	// DrainTimeout is how long running replies may then take to finish. Load
	// sets it to a little more than ReplyTimeout.
	DrainTimeout time.Duration `env:"DRAIN_TIMEOUT" envDefault:"-1s" sets:"how long running replies may then take to end; without it REPLY_TIMEOUT and 5s" takes:"a duration from 0s to 31m such as 95s"`

	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"info" sets:"how much is logged" takes:"debug, info, warn or error"`
	// LogFormat is "json" or "text"; Load makes it json where there are API keys.
	LogFormat string `env:"LOG_FORMAT" sets:"how the log is written; without it json, or text where there are no keys" takes:"json or text"`
	// LogMessages writes what users and the bot say to the log.
	LogMessages Switch `env:"LOG_MESSAGES" envDefault:"off" sets:"whether the log has what people and the bot say" takes:"on or off; on writes what people say to the log"`
	// OTLPEndpoint turns traces and metrics on, and the other two the one or
	// the other. OpenTelemetry's library reads more of its variables for itself.
	OTLPEndpoint        string `env:"OTEL_EXPORTER_OTLP_ENDPOINT" sets:"the collector that traces and metrics go to; without one there are none" takes:"an http:// or https:// URL"`
	OTLPTracesEndpoint  string `env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" sets:"where traces go, if elsewhere" takes:"an http:// or https:// URL"`
	OTLPMetricsEndpoint string `env:"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" sets:"where metrics go, if elsewhere" takes:"an http:// or https:// URL"`
	// There is one protocol, which need not be named.
	OTLPProtocol        string `env:"OTEL_EXPORTER_OTLP_PROTOCOL" sets:"how traces and metrics go there" takes:"http/protobuf"`
	OTLPTracesProtocol  string `env:"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" sets:"how traces go there" takes:"http/protobuf"`
	OTLPMetricsProtocol string `env:"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL" sets:"how metrics go there" takes:"http/protobuf"`
	// TracesExporter and MetricsExporter can turn the one or the other off.
	TracesExporter  string `env:"OTEL_TRACES_EXPORTER" envDefault:"otlp" sets:"whether there are traces" takes:"otlp or none"`
	MetricsExporter string `env:"OTEL_METRICS_EXPORTER" envDefault:"otlp" sets:"whether there are metrics" takes:"otlp or none"`
	// TelemetryOff turns both off.
	TelemetryOff Switch `env:"OTEL_SDK_DISABLED" envDefault:"false" sets:"whether traces and metrics are both off" takes:"true or false"`
}

const otlpProtocol = "http/protobuf"

// TracesURL is where traces go, empty for nowhere.
func (c Config) TracesURL() string {
	return c.otlpURL(c.TracesExporter, c.OTLPTracesEndpoint, "v1/traces")
}

// MetricsURL is where metrics go, empty for nowhere.
func (c Config) MetricsURL() string {
	return c.otlpURL(c.MetricsExporter, c.OTLPMetricsEndpoint, "v1/metrics")
}

// otlpURL is a signal's own URL as it is, else a path under the one for all.
func (c Config) otlpURL(exporter, own, path string) string {
	switch {
	case bool(c.TelemetryOff) || exporter == "none":
		return ""
	case own != "" || c.OTLPEndpoint == "":
		return own
	default:
		return strings.TrimSuffix(c.OTLPEndpoint, "/") + "/" + path
	}
}

// Keyless says that no API key is configured, so that only this machine may call.
func (c Config) Keyless() bool { return c.APIKey == "" && c.APIKeySecret == "" }

// Load reads the variables through getenv, os.Getenv but for tests. A variable
// that is empty is one that is not set. The error has a line for each bad value.
func Load(getenv func(string) string) (Config, error) {
	values := make(map[string]string)
	var bad []error
	fields := variables()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		v := unquoted(strings.TrimSpace(getenv(name)))
		switch {
		case v == "":
		case strings.HasPrefix(v, "-") && strings.HasPrefix(fields[name].Tag.Get("envDefault"), "-"):
			// In a Config it would stand for one that is not set.
			bad = append(bad, &Error{Variable: name, Got: got(fields[name], v), Takes: fields[name].Tag.Get("takes")})
		default:
			values[name] = v
		}
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: values}); err != nil {
		bad = append(bad, parseErrors(err, values))
	}
	if len(bad) > 0 {
		return Config{}, errors.Join(bad...)
	}
	c.DatabaseURL = asPgx(c.DatabaseURL)
	c.OpenAIFallbacks = trimmed(c.OpenAIFallbacks)
	c.CORSOrigins = trimmed(c.CORSOrigins)
	for i, origin := range c.CORSOrigins {
		c.CORSOrigins[i] = asSent(origin)
	}
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	c.fill(getenv)
	return c, nil
}

// fill sets what depends on other values.
func (c *Config) fill(getenv func(string) string) {
	local := c.fillModel(getenv)
	standard := func(d *time.Duration, here, elsewhere time.Duration) {
		if *d >= 0 {
			return
		}
		if *d = elsewhere; local {
			*d = here
		}
	}
	standard(&c.FirstTokenTimeout, 2*time.Minute, 20*time.Second)
	standard(&c.ReplyTimeout, 5*time.Minute, 90*time.Second)
	if c.DrainTimeout < 0 {
		c.DrainTimeout = c.ReplyTimeout + 5*time.Second
	}
	if c.DrainDelay < 0 {
		c.DrainDelay = 10 * time.Second
		if c.Keyless() {
			c.DrainDelay = 0
		}
	}
	for limit, standard := range map[*int]int{&c.RateLimit: 3000, &c.UserRateLimit: 120, &c.RunningTurns: 200, &c.UserRunningTurns: 4} {
		if *limit >= 0 {
			continue
		}
		if *limit = standard; c.Keyless() {
			*limit = 0
		}
	}
	if c.LogFormat == "" {
		c.LogFormat = "json"
		if c.Keyless() {
			c.LogFormat = "text"
		}
	}
	if c.DataDir == "" {
		c.DataDir = defaultDataDir(getenv)
	}
}

// fillModel settles where the model is and what it is called, and says whether
// it is one of this machine's.
func (c *Config) fillModel(getenv func(string) string) (local bool) {
	c.ModelChosen = c.Model != "" || c.OpenAIKey != "" || c.OpenAIBaseURL != ""
	provider, name, named := strings.Cut(c.Model, "/")
	switch {
	case !c.ModelChosen:
		c.Model = "offline"
	case named && provider == "openai":
		c.Model, c.OpenAIModel = provider, name
	case named:
		c.Model, c.OpenAIModel = "openai", name
		if c.OpenAIBaseURL == "" {
			c.OpenAIBaseURL, c.OpenAIKey = localURL(provider), "" // the key is somebody else's
		}
		if strings.TrimSpace(getenv("MODERATION")) == "" {
			c.Moderation = false
		}
		return true
	case c.Model == "":
		c.Model = "openai"
	}
	return false
}

// LocalServer is a program that serves models on the machine it runs on.
type LocalServer struct {
	// Provider is its name in MODEL, Name that for people.
	Provider, Name string
	// URL is where it listens unless told otherwise.
	URL string
}

// LocalServers are those that are known.
var LocalServers = []LocalServer{
	{"ollama", "Ollama", "http://127.0.0.1:11434/v1"},
	{"lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"},
	{"llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1"},
}

// localURL is where a provider listens, empty if there is none of that name.
func localURL(provider string) string {
	for _, s := range LocalServers {
		if s.Provider == provider {
			return s.URL
		}
	}
	return ""
}

// ModelName is what the opponent is called: the model's own name, or "offline".
func (c Config) ModelName() string {
	if c.Model == "openai" {
		return c.OpenAIModel
	}
	return c.Model
}

// defaultDataDir is where the user's programs keep their data.
func defaultDataDir(getenv func(string) string) string {
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "debate")
	}
	if dir := getenv("LOCALAPPDATA"); filepath.IsAbs(dir) { // Windows has its own place for it
		return filepath.Join(dir, "debate")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "share", "debate")
	}
	return "debate-data"
}

// variables maps names of variables to the fields that hold them.
func variables() map[string]reflect.StructField {
	fields := make(map[string]reflect.StructField)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := field.Tag.Get("env"); name != "-" {
			fields[name] = field
		}
	}
	return fields
}

// Help lists the variables that the service reads, with what they set and take and, unless
// that depends on others, what they are where they are not set.
func Help() string {
	var text strings.Builder
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := field.Tag.Get("env"); name != "-" && name != "" {
			fmt.Fprintf(&text, "  %s: %s\n      takes %s", name, field.Tag.Get("sets"), field.Tag.Get("takes"))
			if standard := field.Tag.Get("envDefault"); standard != "" && standard[0] != '-' {
				fmt.Fprintf(&text, " (default %s)", standard)
			}
			text.WriteString("\n\n")
		}
	}
	return text.String()
}

// Setting says whether the service reads a variable, and whether its value is a
// secret.
func Setting(name string) (known, secret bool) {
	field, known := variables()[name]
	if !known && strings.HasPrefix(name, "OTEL_") { // read by OpenTelemetry's library
		return true, strings.HasSuffix(name, "_HEADERS")
	}
	return known, known && field.Tag.Get("secret") != ""
}

// Switch is a setting that is on or off.
type Switch bool

// UnmarshalText takes on, off, true, false, 1 and 0.
func (s *Switch) UnmarshalText(text []byte) error {
	switch strings.ToLower(string(text)) {
	case "on", "true", "1":
		*s = true
	case "off", "false", "0":
		*s = false
	default:
		return errors.New("neither on nor off")
	}
	return nil
}

// asPgx is a URL of PostgreSQL that was written for another library as pgx takes it:
// SQLAlchemy's names a driver, and node-postgres' and JDBC's say by ssl what sslmode
// says. TLS without a look at the certificate is sslmode=require.
func asPgx(text string) string {
	scheme, rest, isURL := strings.Cut(text, "://")
	if kind, _, driver := strings.Cut(scheme, "+"); isURL && driver && (kind == "postgres" || kind == "postgresql") {
		text = kind + "://" + rest
	}
	before, query, _ := strings.Cut(text, "?")
	if !isURL || query == "" {
		return text
	}
	var kept []string
	for one := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(one, "=")
		if name == "sslmode" && value == "no-verify" {
			one = "sslmode=require"
		}
		if name == "ssl" {
			if strings.Contains("&"+query, "&sslmode=") {
				continue // which says more
			}
			switch value {
			case "true", "1", "require", "no-verify":
				one = "sslmode=require"
			case "false", "0", "disable":
				one = "sslmode=disable"
			}
		}
		kept = append(kept, one)
	}
	return before + "?" + strings.Join(kept, "&")
}

// asSent is an origin as browsers send it: in lower case and ASCII, without a slash at its end, and
// without the port that its scheme implies.
func asSent(origin string) string {
	origin = strings.ToLower(strings.TrimSuffix(origin, "/"))
	scheme, host, found := strings.Cut(origin, "://")
	if !found {
		return origin
	}
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme])
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	return scheme + "://" + host
}

// unquoted is a value without the quotes around it: docker's --env-file hands them on,
// where a shell and docker compose take them away.
func unquoted(text string) string {
	if n := len(text); n >= 2 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'') {
		return text[1 : n-1]
	}
	return text
}

// trimmed drops the blanks around and between the elements of a list.
func trimmed(list []string) []string {
	var out []string
	for _, one := range list {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}
