package fault

import (
	"errors"
	"fmt"
)

// Kind says what went wrong, in the terms of the caller.
type Kind uint8

// The kinds, and who can do something about each.
const (
	Internal        Kind = iota // us: logged whole, shown as nothing
	Invalid                     // the caller: the request itself is wrong
	Unauthenticated             // the caller: sign in again
	Forbidden                   // an administrator: the right is missing
	NotFound                    // the caller: it isn't there, or isn't theirs
	Conflict                    // the caller: the state doesn't allow it now
	Stale                       // the caller: read again, then repeat (If-Match)
	MustMatch                   // the caller: name the version (If-Match missing)
	TooLarge                    // the caller: send less
	Limited                     // the caller: wait, then repeat
	Unavailable                 // the operator; the caller may repeat
)

// Field is one wrong field of a request.
type Field struct {
	Pointer string `json:"pointer"` // JSON Pointer into the body, or "query/name", "path/name", "header/name"
	Message string `json:"message"`
}

// Error is a fault.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case: "outcome_changed"
	Message string // for the reader of the answer; says what to do next
	Fields  []Field
	// Members are further members of the problem document, such as
	// "feasible_windows". Values are marshalled as JSON.
	Members map[string]any
	Err     error // the cause, for the log only
}

// Error gives code, message and cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return e.Code + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes a fault.
func New(k Kind, code, message string, args ...any) *Error {
	if len(args) > 0 {
		message = fmt.Sprintf(message, args...)
	}
	return &Error{Kind: k, Code: code, Message: message}
}

// With adds a member to the problem document.
func (e *Error) With(name string, value any) *Error {
	if e.Members == nil {
		e.Members = map[string]any{}
	}
	e.Members[name] = value
	return e
}

// At adds a wrong field.
func (e *Error) At(pointer, message string) *Error {
	e.Fields = append(e.Fields, Field{pointer, message})
	return e
}

// Because adds the cause.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// CodeOf gives the code of the fault in err's chain, "" when there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Is says whether err's chain holds a fault of that code.
func Is(err error, code string) bool { return err != nil && CodeOf(err) == code }

// Of gives the fault in err's chain, nil when there is none.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
