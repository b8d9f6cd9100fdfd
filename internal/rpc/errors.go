package rpc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

// errorDomain is ErrorInfo.domain.
const errorDomain = "debate.v1"

// codes says what each reason is to a caller: a code, and a status in the Kopi
// contract.
var codes = map[debate.Reason]struct {
	code connect.Code
	kopi int
}{
	debate.InvalidArgument:  {connect.CodeInvalidArgument, http.StatusBadRequest},
	debate.RequestIDReused:  {connect.CodeInvalidArgument, http.StatusBadRequest},
	debate.Unauthenticated:  {connect.CodeUnauthenticated, http.StatusUnauthorized},
	debate.NotFound:         {connect.CodeNotFound, http.StatusNotFound},
	debate.TurnRunning:      {connect.CodeAborted, http.StatusConflict},
	debate.TurnNotRunning:   {connect.CodeFailedPrecondition, http.StatusConflict},
	debate.TurnNotLatest:    {connect.CodeFailedPrecondition, http.StatusConflict},
	debate.TopicRefused:     {connect.CodeFailedPrecondition, http.StatusUnprocessableEntity},
	debate.MessageRefused:   {connect.CodeFailedPrecondition, http.StatusUnprocessableEntity},
	debate.RateLimited:      {connect.CodeResourceExhausted, http.StatusTooManyRequests},
	debate.QuotaExceeded:    {connect.CodeResourceExhausted, http.StatusTooManyRequests},
	debate.Overloaded:       {connect.CodeResourceExhausted, http.StatusTooManyRequests},
	debate.StillRunning:     {connect.CodeDeadlineExceeded, http.StatusGatewayTimeout},
	debate.ModelUnavailable: {connect.CodeUnavailable, http.StatusServiceUnavailable},
	debate.Draining:         {connect.CodeUnavailable, http.StatusServiceUnavailable},
	debate.StoreUnavailable: {connect.CodeUnavailable, http.StatusServiceUnavailable},
	debate.Internal:         {connect.CodeInternal, http.StatusInternalServerError},
	debate.DebateEnded:      {connect.CodeFailedPrecondition, http.StatusConflict},
	debate.NothingToJudge:   {connect.CodeFailedPrecondition, http.StatusConflict},
}

// errInternal is all that a caller learns of a fault of ours.
var errInternal = &debate.Error{Reason: debate.Internal, Message: "something went wrong here; the request id in X-Request-Id helps to find out what"}

// domainError is what may be told about err: the domain's error in its chain,
// a fault of the request that connect or the rules of the contract found, or
// errInternal.
func domainError(err error) *debate.Error {
	var public *debate.Error
	var invalid *protovalidate.ValidationError
	var transport *connect.Error
	switch {
	case errors.As(err, &public):
		if _, known := codes[public.Reason]; known {
			return public
		}
		return errInternal
	case errors.As(err, &invalid):
		return violations(invalid)
	case errors.As(err, &transport):
		return &debate.Error{Reason: debate.InvalidArgument, Message: transport.Message()}
	default:
		return errInternal
	}
}

// violations names the fields that break a rule of the contract.
func violations(invalid *protovalidate.ValidationError) *debate.Error {
	e := &debate.Error{Reason: debate.InvalidArgument, Message: "the request is invalid"}
	for i, v := range invalid.Violations {
		field, what := protovalidate.FieldPathString(v.Proto.GetField()), describe(v)
		e.Fields = append(e.Fields, debate.FieldViolation{Field: field, Description: what})
		if i == 0 {
			e.Message = field + ": " + what
		}
	}
	return e
}

// describe says what a field takes where the library's own words speak of the schema.
func describe(v *protovalidate.Violation) string {
	rule := v.Proto.GetRuleId()
	switch name := v.FieldDescriptor.Name(); {
	case rule == "message.text":
		return cmp.Or(debate.MessageFault(v.FieldValue.String()), v.Proto.GetMessage())
	case rule == "string.min_len":
		return "is missing"
	case rule == "enum.defined_only":
		return fmt.Sprintf("has the unknown value %d; it takes %s", v.FieldValue.Enum(), strings.Join(valueNames(v.FieldDescriptor.Enum()), ", "))
	case rule == "string.pattern" && name == "request_id":
		return "must be at most 128 visible ASCII characters"
	case rule == "string.pattern" && name == "format":
		return "must be a format's name, which has at most 40 lower-case letters, digits and hyphens"
	default:
		return v.Proto.GetMessage()
	}
}

// connectError translates an error for Connect, gRPC and gRPC-Web.
func connectError(ctx context.Context, err error) *connect.Error {
	if gone := callerGone(ctx, err); gone != nil {
		return gone
	}
	public := domainError(err)
	out := connect.NewError(codes[public.Reason].code, publicError{public})
	addDetail(out, errorInfo(public))
	if len(public.Fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, f := range public.Fields {
			bad.FieldViolations = append(bad.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: f.Field, Description: f.Description})
		}
		addDetail(out, bad)
	}
	if public.RetryAfter > 0 {
		addDetail(out, &errdetails.RetryInfo{RetryDelay: durationpb.New(public.RetryAfter)})
		out.Meta().Set("Retry-After", retryAfter(public.RetryAfter))
	}
	return out
}

// callerGone is the error of a call that its caller gave up or gave too little
// time; nil for all others.
func callerGone(ctx context.Context, err error) *connect.Error {
	var public *debate.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return connect.NewError(connect.CodeCanceled, errors.New("the caller went away"))
	case errors.As(err, &public):
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return connect.NewError(connect.CodeDeadlineExceeded, errors.New("the call's own deadline has passed"))
	default:
		return nil
	}
}

func errorInfo(public *debate.Error) *errdetails.ErrorInfo {
	info := &errdetails.ErrorInfo{Reason: string(public.Reason), Domain: errorDomain}
	if public.TurnID != "" {
		info.Metadata = map[string]string{"turn_id": public.TurnID}
	}
	return info
}

// addDetail attaches a message that always marshals: its text is made by us or
// has passed the contract's rules.
func addDetail(to *connect.Error, message proto.Message) {
	if detail, err := connect.NewErrorDetail(message); err == nil {
		to.AddDetail(detail)
	}
}

// retryAfter is a delay in whole seconds, rounded up.
func retryAfter(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

// publicError is a domain error whose text is only what a caller may see.
type publicError struct{ err *debate.Error }

func (e publicError) Error() string { return e.err.Message }
func (e publicError) Unwrap() error { return e.err }

// variesByAccept tells caches that another Accept has another answer.
func variesByAccept(h http.Header) {
	if !slices.Contains(h.Values("Vary"), "Accept") {
		h.Add("Vary", "Accept")
	}
}

// kopiError is an error of the Kopi contract.
type kopiError struct {
	Error  string `json:"error"`
	Reason string `json:"reason"`
	TurnID string `json:"turn_id,omitempty"`
}

// writeKopiError answers with an error of the Kopi contract, or a person with a page;
// status 0 is the reason's own.
func writeKopiError(w http.ResponseWriter, r *http.Request, err error, status int) {
	public := domainError(err)
	status = cmp.Or(status, codes[public.Reason].kopi)
	if public.RetryAfter > 0 {
		w.Header().Set("Retry-After", retryAfter(public.RetryAfter))
	}
	variesByAccept(w.Header())
	if isPerson(r) {
		writeErrorPage(w, r, err, status)
		return
	}
	WriteJSON(w, status, kopiError{public.Message, string(public.Reason), public.TurnID})
}
