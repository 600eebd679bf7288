package ids

import (
	"roundsman/internal/fault"

	"github.com/google/uuid"
)

// ID names one thing.
type ID = uuid.UUID

// Nil is no id. It never stands for a thing.
var Nil ID

// New makes an id.
func New() ID { return uuid.Must(uuid.NewV7()) }

// From makes an id that depends only on its arguments, so that what is made
// again from the same seed has the same name.
func From(space ID, name string) ID { return uuid.NewSHA1(space, []byte(name)) }

// Parse reads an id; anything else is a fault of code "bad_id".
func Parse(s string) (ID, error) {
	id, err := uuid.Parse(s)
	if err != nil {
		return Nil, fault.New(fault.Invalid, "bad_id", "%q is not an id; ids look like 0190f7a4-5c1e-7b32-9d5f-0123456789ab", s)
	}
	return id, nil
}
