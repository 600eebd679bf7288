package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatMayBeTakenBack(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return ten.Add(time.Duration(minutes) * time.Minute) }
	// told is a fact that counts as of one minute and is heard of at another.
	told := func(happened, received int) Fact { return Fact{HappenedAt: at(happened), ReceivedAt: at(received)} }
	said := func(f Fact, minutes int) Fact { x := at(minutes); f.SaidAt = &x; return f }
	for name, x := range map[string]struct {
		fact, correction Fact
		want             bool
	}{
		"at once":                              {told(0, 0), told(10, 10), true},
		"too late":                             {told(0, 0), told(11, 11), false},
		"both offline, in time":                {told(0, 240), told(10, 240), true},
		"both offline, too late":               {told(0, 240), told(11, 240), false},
		"taken back offline":                   {told(0, 0), told(10, 240), true},
		"taken back offline, too late":         {told(0, 0), told(11, 240), false},
		"told late, taken back at once":        {told(0, 240), told(250, 250), true},
		"told late, taken back later":          {told(0, 240), told(251, 251), false},
		"told late, taken back late":           {told(0, 240), told(240, 246), false},
		"a clock ahead, cut to the present":    {said(told(0, 0), 60), said(told(5, 5), 71), true},
		"the same, heard of late":              {said(told(0, 0), 60), said(told(5, 11), 71), false},
		"a clock ahead, in time":               {said(told(0, 0), 60), said(told(70, 240), 70), true},
		"a clock that was set back":            {said(told(0, 0), 0), said(told(0, 240), -300), false},
		"before it by a blink, another server": {told(0, 0), Fact{HappenedAt: ten, ReceivedAt: ten.Add(-time.Millisecond)}, true},
	} {
		require.Equal(t, x.want, x.fact.MayUndo(x.correction), name)
	}
}
