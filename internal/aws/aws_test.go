package aws_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/aws"
	"github.com/debate-chatbot/debate-api/internal/aws/awstest"
)

func open(t *testing.T, region string) (*aws.Account, *awstest.Secrets) {
	t.Helper()
	s := awstest.Start(t)
	s.Setenv(t)
	a, err := aws.Open(t.Context(), region)
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

// The forms are AWS's: "Connecting to your DB instance using IAM authentication"
// and "Authenticating with IAM" of ElastiCache's guide.
func TestTokensAreWhatRDSAndElastiCacheTake(t *testing.T) {
	a, _ := open(t, awstest.Region)
	const address = "debate-chatbot.cluster-abc.us-east-2.rds.amazonaws.com:5432"
	token, err := a.DatabaseToken(t.Context(), address, "debate_app")
	if err != nil {
		t.Fatal(err)
	}
	query, err := awstest.CheckToken(token, "rds-db", address, time.Now())
	if err != nil || query.Get("Action") != "connect" || query.Get("DBUser") != "debate_app" {
		t.Errorf("the database's: %v, %v", query, err)
	}
	token, err = a.CacheToken(t.Context(), "debate-chatbot", "debate-api")
	if err != nil {
		t.Fatal(err)
	}
	query, err = awstest.CheckToken(token, "elasticache", "debate-chatbot", time.Now())
	if err != nil || query.Get("Action") != "connect" || query.Get("User") != "debate-api" {
		t.Errorf("the cache's: %v, %v", query, err)
	}
	for name, bad := range map[string]string{"another user's": strings.Replace(token, "debate-api", "debate-apj", 1), "none": "password"} {
		if _, err := awstest.CheckToken(bad, "elasticache", "debate-chatbot", time.Now()); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := awstest.CheckToken(token, "elasticache", "debate-chatbot", time.Now().Add(16*time.Minute)); err == nil {
		t.Error("an old one was taken")
	}
}

func TestATokenNeedsARegionAndCredentials(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	a, _ := open(t, "")
	if _, err := a.CacheToken(t.Context(), "debate-chatbot", "debate-api"); err == nil || !strings.Contains(err.Error(), "set AWS_REGION") {
		t.Errorf("without a region: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	a, err := aws.Open(t.Context(), awstest.Region)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.DatabaseToken(t.Context(), "host:5432", "debate_app"); err == nil || !strings.Contains(err.Error(), "no credentials") {
		t.Errorf("without credentials: %v", err)
	}
}

const secret = "rds!cluster-1"

func put(s *awstest.Secrets, stage, password string) {
	s.Put(secret, stage, `{"username":"debate","password":"`+password+`"}`)
}

func TestALoginIsReadOnceAndAgainWhenItIsRefused(t *testing.T) {
	a, s := open(t, awstest.Region)
	put(s, "AWSCURRENT", "first")
	l := a.Login(secret, slog.New(slog.DiscardHandler))
	want := func(password string, reads int) {
		t.Helper()
		var together sync.WaitGroup
		for range 20 {
			together.Go(func() {
				if user, got, err := l.Get(t.Context()); user != "debate" || got != password || err != nil {
					t.Errorf("%s, %s, %v; want %s", user, got, err, password)
				}
			})
		}
		together.Wait()
		s.Set(func(s *awstest.Secrets) {
			if s.Reads != reads {
				t.Errorf("%d reads, want %d", s.Reads, reads)
			}
		})
	}
	want("first", 1)
	put(s, "AWSPENDING", "second")
	want("first", 1) // what was not refused is right
	time.Sleep(250 * time.Millisecond)
	l.Refused("first") // the database has the second one already
	want("second", 3)
	s.Remove(secret, "AWSPENDING")
	put(s, "AWSCURRENT", "second")
	want("second", 3)
	s.Set(func(s *awstest.Secrets) { s.Away = true })
	time.Sleep(250 * time.Millisecond)
	l.Refused("second")
	for range 3 {
		want("second", 3) // the last that is known
	}
	s.Set(func(s *awstest.Secrets) { s.Away = false })
	put(s, "AWSCURRENT", "third")
	time.Sleep(250 * time.Millisecond)
	want("third", 4)
}

func TestALoginThatCannotBeReadSaysWhichAndTellsNoPassword(t *testing.T) {
	a, s := open(t, awstest.Region)
	for _, c := range []struct{ value, says string }{
		{"", "ResourceNotFound"}, // before there is one
		{"SENTINEL-password", `{"username"`},
		{`{"username":"debate"}`, `{"username"`},
		{`{"password":"SENTINEL-"}`, `{"username"`},
		{`["SENTINEL-password"]`, `{"username"`},
	} {
		if c.value != "" {
			s.Put(secret, "AWSCURRENT", c.value)
		}
		_, _, err := a.Login(secret, slog.New(slog.DiscardHandler)).Get(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "DATABASE_SECRET_NAME") || !strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "SENTINEL") {
			t.Errorf("%q: %v", c.value, err)
		}
	}
}
