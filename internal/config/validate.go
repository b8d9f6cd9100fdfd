package config

// This file says which values a variable cannot have, and why.

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Validate refuses values that parse but make no sense, each by an *Error.
//
//nolint:cyclop // it is a table
func (c Config) Validate() error {
	var bad []error
	check := func(name string, ok bool) {
		if !ok {
			bad = append(bad, c.refuse(name))
		}
	}
	check("PORT", c.Port >= 0 && c.Port <= 65535)
	check("DATABASE_URL", c.DatabaseURL == "" || databaseFault(c.DatabaseURL) == nil)
	check("DATABASE_ROLE", c.DatabaseRole == "" || isRole(c.DatabaseRole) && c.DatabaseURL != "")
	check("DATABASE_SECRET_NAME", c.DatabaseSecret == "" || visible(c.DatabaseSecret, 1, 2048) && c.DatabaseURL != "" && (!bool(c.DatabaseIAM) || c.DatabaseRole != ""))
	check("DATABASE_IAM_AUTH", !bool(c.DatabaseIAM) || demandsTLS(c.DatabaseURL))
	check("REDIS_IAM_AUTH", c.RedisIAM == "" || isCacheName(c.RedisIAM) && hasUser(c.RedisURL, "rediss"))
	check("REDIS_URL", c.RedisURL == "" || isURL(c.RedisURL, "redis", "rediss", "valkey", "valkeys"))
	check("OPENAI_BASE_URL", c.OpenAIBaseURL == "" || isURL(c.OpenAIBaseURL, "http", "https"))
	check("OPENAI_MODEL", visible(c.OpenAIModel, 1, 200))
	check("OPENAI_FALLBACK_MODELS", all(c.OpenAIFallbacks, isFallback))
	check("OPENAI_JUDGE_MODEL", c.OpenAIJudgeModel == "" || isFallback(c.OpenAIJudgeModel))
	check("OPENAI_TEMPERATURE", c.OpenAITemperature == nil || *c.OpenAITemperature >= 0 && *c.OpenAITemperature <= 2)
	check("OPENAI_MAX_TOKENS", c.OpenAIMaxTokens == 0 || c.OpenAIMaxTokens >= 16 && c.OpenAIMaxTokens <= 1_000_000)
	check("OPENAI_REASONING_EFFORT", c.OpenAIReasoningEffort == "" || visible(c.OpenAIReasoningEffort, 1, 32))
	check("PROMPT_TOKENS", c.PromptTokens >= 500 && c.PromptTokens <= 1_000_000)
	check("FIRST_TOKEN_TIMEOUT", within(c.FirstTokenTimeout, time.Second, 10*time.Minute))
	check("REPLY_TIMEOUT", within(c.ReplyTimeout, 5*time.Second, 30*time.Minute))
	check("OPENAI_API_KEY", c.OpenAIKey == "" || visible(c.OpenAIKey, 1, 4096))
	check("MODEL", c.modelIsMeant())
	check("PACE", c.Pace >= 0 && c.Pace <= 10)
	check("API_KEY", c.APIKey == "" || visible(c.APIKey, 8, 512))
	check("API_KEY_SECRET_NAME", c.APIKeySecret == "" || visible(c.APIKeySecret, 1, 2048))
	check("AWS_REGION", c.AWSRegion == "" || visible(c.AWSRegion, 4, 32))
	check("RATE_LIMIT", isLimit(c.RateLimit))
	check("USER_RATE_LIMIT", isLimit(c.UserRateLimit))
	check("RUNNING_TURNS", isLimit(c.RunningTurns))
	check("USER_RUNNING_TURNS", isLimit(c.UserRunningTurns))
	check("DAILY_TOKENS", c.DailyTokens >= 0)
	check("CORS_ALLOWED_ORIGINS", all(c.CORSOrigins, isOrigin))
	check("MAX_CONNECTIONS", c.MaxConnections >= 1 && c.MaxConnections <= 1_000_000)
	check("DRAIN_DELAY", c.DrainDelay == -time.Second || c.DrainDelay >= 0 && c.DrainDelay <= time.Minute)
	check("DRAIN_TIMEOUT", within(c.DrainTimeout, 0, 31*time.Minute))
	check("LOG_FORMAT", c.LogFormat == "" || c.LogFormat == "json" || c.LogFormat == "text")
	check("OTEL_EXPORTER_OTLP_ENDPOINT", c.OTLPEndpoint == "" || isURL(c.OTLPEndpoint, "http", "https"))
	check("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.OTLPTracesEndpoint == "" || isURL(c.OTLPTracesEndpoint, "http", "https"))
	check("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", c.OTLPMetricsEndpoint == "" || isURL(c.OTLPMetricsEndpoint, "http", "https"))
	check("OTEL_EXPORTER_OTLP_PROTOCOL", c.OTLPProtocol == "" || c.OTLPProtocol == otlpProtocol)
	check("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", c.OTLPTracesProtocol == "" || c.OTLPTracesProtocol == otlpProtocol)
	check("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", c.OTLPMetricsProtocol == "" || c.OTLPMetricsProtocol == otlpProtocol)
	check("OTEL_TRACES_EXPORTER", isExporter(c.TracesExporter))
	check("OTEL_METRICS_EXPORTER", isExporter(c.MetricsExporter))
	return errors.Join(bad...)
}

func isExporter(name string) bool { return name == "" || name == "otlp" || name == "none" }

// modelIsMeant refuses a model that cannot be reached, and the offline
// opponent on a production database unless it is asked for by name.
func (c Config) modelIsMeant() bool {
	provider, name, named := strings.Cut(c.Model, "/")
	reachable := c.OpenAIKey != "" || c.OpenAIBaseURL != ""
	switch {
	case named && provider != "openai":
		return localURL(provider) != "" && visible(name, 1, 200)
	case named:
		return reachable && visible(name, 1, 200)
	case c.Model == "offline":
		return true
	case c.Model == "openai":
		return reachable
	case c.Model == "":
		return c.DatabaseURL == "" || databaseFault(c.DatabaseURL) != nil || reachable
	default:
		return false
	}
}

// refuse makes the error for a variable from the field that holds it.
func (c Config) refuse(name string) *Error {
	field := variables()[name]
	e := &Error{Variable: name, Takes: field.Tag.Get("takes")}
	value := reflect.ValueOf(c).FieldByIndex(field.Index)
	switch v := reflect.Indirect(value).Interface().(type) {
	case []string:
		e.Got = got(field, strings.Join(v, ","))
	default:
		e.Got = got(field, fmt.Sprint(v))
	}
	if file, ok := errors.AsType[*fs.PathError](databaseFault(c.DatabaseURL)); ok && name == "DATABASE_URL" {
		e.Got += fmt.Sprintf(" with a file that cannot be read (%v)", file)
	}
	switch provider, _, _ := strings.Cut(c.Model, "/"); {
	case name != "MODEL" || c.OpenAIKey != "" || c.OpenAIBaseURL != "":
	case c.Model == "":
		e.Got = "nothing, with PostgreSQL and neither OPENAI_API_KEY nor OPENAI_BASE_URL"
	case provider == "openai":
		e.Got += " with neither OPENAI_API_KEY nor OPENAI_BASE_URL"
	}
	return e
}

// Error is a variable with a value that it cannot have.
type Error struct {
	Variable string
	// Got is the value, quoted, or words for one that must not be shown.
	Got   string
	Takes string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: got %s; it takes %s", e.Variable, e.Got, e.Takes)
}

// parseErrors names the variables behind the fields that could not be parsed.
func parseErrors(err error, values map[string]string) error {
	aggregate, ok := errors.AsType[env.AggregateError](err)
	if !ok {
		return fmt.Errorf("read the environment: %w", err)
	}
	var bad []error
	for _, one := range aggregate.Errors {
		parse, ok := errors.AsType[env.ParseError](one)
		if !ok {
			return fmt.Errorf("read the environment: %w", err)
		}
		field, _ := reflect.TypeFor[Config]().FieldByName(parse.Name)
		name := field.Tag.Get("env")
		bad = append(bad, &Error{Variable: name, Got: got(field, values[name]), Takes: field.Tag.Get("takes")})
	}
	return errors.Join(bad...)
}

// got quotes a value, cut where it is long, unless it is a secret.
func got(field reflect.StructField, value string) string {
	if field.Tag.Get("secret") != "" {
		return fmt.Sprintf("a value of %d characters (not shown)", len(value))
	}
	if len(value) > 100 {
		return fmt.Sprintf("%q…", value[:100])
	}
	return fmt.Sprintf("%q", value)
}

// within takes -1s for a duration that Load has yet to set.
func within(d, least, most time.Duration) bool {
	return d == -time.Second || d >= least && d <= most
}

// isFallback takes "name" and "name@URL".
func isFallback(entry string) bool {
	for _, scheme := range []string{"@http://", "@https://"} {
		if at := strings.LastIndex(entry, scheme); at >= 0 {
			return visible(entry[:at], 1, 200) && isURL(entry[at+1:], "http", "https")
		}
	}
	return visible(entry, 1, 200)
}

// isURL takes no fragment: a # is one of a password that is not escaped.
func isURL(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && !strings.Contains(text, "#") && slices.Contains(schemes, u.Scheme)
}

// demandsTLS says whether a PostgreSQL URL has nothing sent in clear.
func demandsTLS(text string) bool {
	c, err := pgconn.ParseConfig(text)
	return err == nil && c.TLSConfig != nil &&
		!slices.ContainsFunc(c.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil })
}

// databaseFault is why pgx does not take text as a database. It may hold parts of
// the password, unless it is about a file.
func databaseFault(text string) error {
	scheme, _, isURL := strings.Cut(text, "://")
	if isURL && !strings.Contains(scheme, "=") && scheme != "postgres" && scheme != "postgresql" {
		return errors.New("of another kind of database")
	}
	c, err := pgxpool.ParseConfig(text)
	if err == nil && isURL && holdsPassword(c.ConnConfig) {
		return errors.New("of a password that is not escaped")
	}
	return err
}

// holdsPassword says whether a part of the password of a URL was taken for a name, which
// would be looked up in the network and told in the log: an @ or # in it was not escaped.
func holdsPassword(c *pgx.ConnConfig) bool {
	odd := strings.ContainsAny(c.Host, "#@") || strings.Contains(c.Database, "@")
	for _, f := range c.Fallbacks {
		odd = odd || strings.ContainsAny(f.Host, "#@")
	}
	return odd
}

// hasUser says whether a URL of a scheme names a user, and no password.
func hasUser(text, scheme string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != scheme || u.User.Username() == "" {
		return false
	}
	_, password := u.User.Password()
	return !password
}

var (
	roleName  = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	cacheName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,49}$`)
)

// isRole takes names that PostgreSQL takes without quotes, but for its own.
func isRole(name string) bool { return roleName.MatchString(name) && !strings.HasPrefix(name, "pg_") }

// isCacheName takes what ElastiCache calls a cache in a token: in lower case.
func isCacheName(name string) bool { return cacheName.MatchString(name) }

// isLimit takes -1 for one that Load has yet to set.
func isLimit(n int) bool { return n >= -1 && n <= 1_000_000 }

// isOrigin takes "*" and what a browser's Origin header can hold: of apps and extensions
// it has schemes of their own, such as capacitor://localhost.
func isOrigin(text string) bool {
	if text == "*" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && text == u.Scheme+"://"+u.Host
}

// visible takes shortest to longest visible ASCII characters.
func visible(text string, shortest, longest int) bool {
	return len(text) >= shortest && len(text) <= longest &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' })
}

func all(list []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(list, func(one string) bool { return !ok(one) })
}
