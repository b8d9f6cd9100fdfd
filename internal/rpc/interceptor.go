package rpc

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
)

// interceptor stands around every call, unary and streamed: it recovers
// panics, refuses requests that break the contract's rules, translates errors
// and notes the outcome for the log.
type interceptor struct{ validator protovalidate.Validator }

func (i interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (response connect.AnyResponse, err error) {
		err = i.guard(ctx, r.Spec().Procedure, func() error {
			if err := i.check(r.Any()); err != nil {
				return err
			}
			response, err = next(ctx, r)
			return err
		})
		return response, err
	}
}

func (i interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		return i.guard(ctx, conn.Spec().Procedure, func() error {
			return next(ctx, &checkedConn{conn, i})
		})
	}
}

// WrapStreamingClient does nothing: this is a server's interceptor.
func (i interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// guard runs a call and translates its error.
func (i interceptor) guard(ctx context.Context, procedure string, call func() error) error {
	o := outcomeOf(ctx)
	o.identify(ctx, procedure)
	err := recovered(call)
	if err == nil {
		o.succeeded()
		return nil
	}
	return o.failed(ctx, err)
}

// check refuses a message that could not be read or breaks the contract's rules.
func (i interceptor) check(message any) error {
	m, ok := message.(proto.Message)
	if !ok {
		return fmt.Errorf("check %T: not a message", message)
	}
	if err := decodeError(m); err != nil {
		return err
	}
	return i.validator.Validate(m)
}

// checkedConn checks what a streaming call receives.
type checkedConn struct {
	connect.StreamingHandlerConn
	interceptor interceptor
}

func (c *checkedConn) Receive(message any) error {
	if err := c.StreamingHandlerConn.Receive(message); err != nil {
		return err
	}
	return c.interceptor.check(message)
}

// recovered turns a panic of call into an error with its stack.
func recovered(call func() error) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return call()
}
