package chat

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	debatev1 "github.com/debate-chatbot/debate-api/proto/debate/v1"
)

// advice says what to do about a reason; the service's own text says what is wrong.
var advice = map[string]string{
	"INVALID_ARGUMENT":  "change it and send it again",
	"UNAUTHENTICATED":   "put the service's key into the environment as API_KEY",
	"NOT_FOUND":         "see your debates with --list",
	"TURN_RUNNING":      "another reply of this debate is on its way, perhaps in another window; wait until it ends and send it again",
	"TURN_NOT_LATEST":   "the debate went on elsewhere; leave and --resume it",
	"TOPIC_REFUSED":     "choose another topic, /topics shows some",
	"MESSAGE_REFUSED":   "say it in another way",
	"RATE_LIMITED":      "wait and send it again",
	"QUOTA_EXCEEDED":    "go on when the day's count starts again",
	"OVERLOADED":        "wait a moment and send it again",
	"STILL_RUNNING":     "the reply goes on; /retry follows it",
	"MODEL_UNAVAILABLE": "/retry asks again",
	"DRAINING":          "the service is restarting; /retry in a moment",
	"STORE_UNAVAILABLE": "the service's database is away; /retry in a moment",
	"INTERNAL":          "/retry; if it stays, look at the service's log",
}

// inPipe says it where there are no commands, and nobody reads along.
var inPipe = map[string]string{
	"TOPIC_REFUSED":     "choose another topic",
	"STILL_RUNNING":     "the reply goes on; resume the debate later",
	"MODEL_UNAVAILABLE": "send it again",
	"DRAINING":          "the service is restarting; send it again in a moment",
	"STORE_UNAVAILABLE": "the service's database is away; send it again in a moment",
	"INTERNAL":          "send it again; if it stays, look at the service's log",
}

// overNow says that a debate has no further round, and what there is to do then.
const overNow = "This debate is over: /verdict has it judged, /swap begins the rematch."

// userError is an error as a user reads it.
type userError struct {
	text string
	err  error
}

func (e userError) Error() string { return e.text }
func (e userError) Unwrap() error { return e.err }

// explain puts an error of a call into words: what is wrong and what to do.
// Other errors are returned as they are.
func (s *session) explain(err error) error {
	var done userError
	var ce *connect.Error
	where := cmp.Or(s.Server, s.word("the debate service"))
	var dns *net.DNSError
	switch {
	case err == nil || errors.As(err, &done):
		return err
	case errors.Is(err, errInterrupted):
		return userError{s.word("interrupted"), err}
	case reasonOf(err) == "UNAUTHENTICATED":
		// The service's own words say how a program sends it.
		return userError{s.text("%s needs an API key, or another one: %s", where, s.word(advice["UNAUTHENTICATED"])), err}
	case reasonOf(err) == "DEBATE_ENDED" && s.Terminal:
		return userError{s.word(overNow), err} // the service's own words name its calls
	case reasonOf(err) != "":
		return userError{s.wordsOf(err), err}
	case errors.Is(err, errDropped) && s.Terminal:
		return userError{s.text("the connection to %s was lost: /retry takes it up again", where), err}
	case errors.Is(err, errDropped):
		return userError{s.text("the connection to %s was lost: try again", where), err}
	case strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired)):
		return userError{s.word("the proxy on the way asks for a name and a password: put them into HTTP_PROXY or HTTPS_PROXY, or leave the proxy out by NO_PROXY"), err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return userError{s.text("nothing listens at %s: start it with `debate serve`, or correct --server", where), err}
	case errors.As(err, &dns):
		return userError{s.text("there is no host %q: correct --server", dns.Name), err}
	case errors.Is(err, context.DeadlineExceeded) || connect.CodeOf(err) == connect.CodeDeadlineExceeded:
		return userError{s.text("%s did not answer in time: try again, or check --server", where), err}
	case errors.Is(err, context.Canceled):
		return userError{s.word("ended from outside"), err}
	case !errors.As(err, &ce):
		return err
	case ce.Code() == connect.CodeUnauthenticated || ce.Code() == connect.CodePermissionDenied:
		return userError{s.text("%s refuses the API key: %s", where, s.word(advice["UNAUTHENTICATED"])), err}
	case ce.Code() == connect.CodeUnavailable:
		return userError{s.text("%s is not reachable (%s): check --server and the network, then try again", where, plainLine(ce.Message())), err}
	default:
		return userError{s.text("%s does not answer as a debate service (%s): --server takes its base URL, such as http://localhost:8080", where, plainLine(ce.Message())), err}
	}
}

// wordsOf is the text of an error that the service gave a reason for.
func (s *session) wordsOf(err error) string {
	var ce *connect.Error
	errors.As(err, &ce)
	reason := reasonOf(err)
	words := s.refusal(reason, plainLine(ce.Message()))
	for _, d := range ce.Details() {
		v, derr := d.Value()
		if derr != nil {
			continue // a detail of another version; the text stands without it
		}
		switch v := v.(type) {
		case *errdetails.BadRequest:
			for _, f := range v.FieldViolations {
				if !strings.Contains(ce.Message(), f.Description) {
					words += "; " + plainLine(f.Field+": "+f.Description)
				}
				if strings.HasSuffix(f.Field, "_id") { // which nobody typed, and nobody can change
					words, reason = strings.ReplaceAll(words, f.Field+": ", ""), ""
				}
			}
		case *errdetails.RetryInfo:
			if wait := v.RetryDelay.AsDuration(); wait >= time.Second {
				words += s.text(" (in %s)", wait.Round(time.Second))
			}
		}
	}
	return s.advise(words, reason)
}

// advise adds to what is wrong what to do, in the words that fit a filter too.
func (s *session) advise(words, reason string) string {
	do := advice[reason]
	if other := inPipe[reason]; other != "" && !s.Terminal {
		do = other
	}
	again := "/retry"
	if !s.Terminal {
		again = inPipe["MODEL_UNAVAILABLE"]
	}
	if said := strings.Replace(words, "retry the turn", again, 1); do == "" || said != words {
		return said // which has its own advice
	}
	return strings.TrimRight(words, ".") + ": " + s.word(do)
}

// failure is what a turn without a whole reply says.
func (s *session) failure(t *debatev1.Turn) error {
	f := t.GetFailure()
	if f == nil {
		return userError{s.advise(s.word("the reply was cut off"), "MODEL_UNAVAILABLE"), nil}
	}
	reason := strings.TrimPrefix(f.Reason.String(), "ERROR_REASON_")
	return userError{s.advise(s.refusal(reason, plainLine(f.Message)), reason), nil}
}

// reasonOf is the reason that the service gave, empty for other errors.
func reasonOf(err error) string {
	var ce *connect.Error
	if !errors.As(err, &ce) {
		return ""
	}
	for _, d := range ce.Details() {
		v, err := d.Value()
		if err != nil {
			continue // a detail of another version
		}
		if info, ok := v.(*errdetails.ErrorInfo); ok && info.Domain == "debate.v1" {
			return info.Reason
		}
	}
	return ""
}

// mayReconnect says whether the same request can help. Once a turn runs, only
// what the service says with a reason is final; before the first one a service
// that nothing was heard of is not waited for.
func (s *session) mayReconnect(err error, running bool) bool {
	switch reasonOf(err) {
	case "DRAINING", "STORE_UNAVAILABLE":
		return true
	case "":
	default:
		return false
	}
	if running || errors.Is(err, errDropped) {
		return connect.CodeOf(err) != connect.CodeUnauthenticated
	}
	if s.conversation == nil && (errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, new(*net.DNSError))) {
		return false
	}
	return connect.CodeOf(err) == connect.CodeUnavailable ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
