package dispatch

import (
	"slices"
	"time"
)

// Calendar is the holidays of some place.
type Calendar struct {
	Code      string
	Name      string
	Days      []Holiday
	RetiredAt *time.Time
	Version   int64
}

// Holiday is one of them.
type Holiday struct {
	Date Date   `json:"date"`
	Name string `json:"name"`
}

// On gives the holiday of a date, nil when it is none.
func (c Calendar) On(d Date) *Holiday {
	if i := slices.IndexFunc(c.Days, func(h Holiday) bool { return h.Date == d }); i >= 0 {
		return &c.Days[i]
	}
	return nil
}

// Label is what a desk or team is called, in each language, so that no name of
// one is fixed in the program.
type Label struct {
	Code      string
	Texts     map[string]string // by language, BCP 47
	RetiredAt *time.Time
	Version   int64
}
