package jobs

import (
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// The queues. Each has workers of its own, so that none waits behind another's
// crowd.
const (
	queueDefault  = river.QueueDefault
	queuePlanning = "planning" // a search takes a processor for as long as it was given
	queueNotices  = "notices"  // many, short, somebody waits for them
	queueBulk     = "bulk"     // large and in no hurry: imports, exports
)

// planRun searches for a plan.
type planRun struct {
	RunID ids.ID `json:"run_id" river:"unique"`
}

// Kind names it; the name is in the database.
func (planRun) Kind() string { return "plan_run" }

// InsertOpts says where it waits.
func (planRun) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queuePlanning, MaxAttempts: 3}
}

// notice delivers one notice.
type notice struct {
	NoticeID ids.ID `json:"notice_id"`
}

// Kind names it; the name is in the database.
func (notice) Kind() string { return "notice" }

// InsertOpts says where it waits.
func (notice) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueNotices, MaxAttempts: 12}
}

// retime computes the times of a round anew after a field fact.
type retime struct {
	RoundID ids.ID `json:"round_id"`
}

// Kind names it; the name is in the database.
func (retime) Kind() string { return "retime" }

// InsertOpts says where it waits.
func (retime) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueDefault, MaxAttempts: 5}
}

// importFile reads a file to its end.
type importFile struct {
	ImportID ids.ID `json:"import_id"`
}

// Kind names it; the name is in the database.
func (importFile) Kind() string { return "import" }

// InsertOpts says where it waits. Each attempt goes on where the last one ended, and
// an import that gets nowhere gives up before the queue does.
func (importFile) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueBulk, MaxAttempts: 200}
}

// sweep does what has fallen due.
type sweep struct{}

// Kind names it; the name is in the database.
func (sweep) Kind() string { return "sweep" }

// InsertOpts says where it waits. One is enough at any time, and a failed one is
// made good by the next.
func (sweep) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueDefault, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{
		ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		},
	}}
}

// How long one attempt may take.
const (
	planRunTime = 30 * time.Minute
	importTime  = 2 * time.Hour
	noticeTime  = 30 * time.Second
	retimeTime  = 30 * time.Second
	sweepTime   = time.Minute
)

// argumentsOf translates the domain's job to the queue's. Code: job_kind_unknown.
func argumentsOf(j dispatch.Job) (river.JobArgs, error) {
	switch j.Kind {
	case planRun{}.Kind():
		return planRun{j.ID}, nil
	case notice{}.Kind():
		return notice{j.ID}, nil
	case importFile{}.Kind():
		return importFile{j.ID}, nil
	case retime{}.Kind():
		return retime{j.ID}, nil
	}
	return nil, fault.New(fault.Internal, "job_kind_unknown", "nobody does jobs of kind %q; see kind.go", j.Kind)
}
