package jobs

import (
	"context"
	"errors"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/riverqueue/river"
)

// Work is what the workers call: one use case a kind. Each may be called twice
// with the same id, and gives up when ctx ends.
type Work struct {
	PlanRun func(ctx context.Context, run ids.ID) error
	Notice  func(ctx context.Context, notice ids.ID) error
	Retime  func(ctx context.Context, round ids.ID) error
	Import  func(ctx context.Context, file ids.ID) error
	Sweep   func(ctx context.Context) error // what is due in domain time
}

func (w Work) empty() bool {
	return w.PlanRun == nil && w.Notice == nil && w.Retime == nil && w.Import == nil && w.Sweep == nil
}

func (w Work) complete() bool {
	return w.PlanRun != nil && w.Notice != nil && w.Retime != nil && w.Import != nil && w.Sweep != nil
}

func (w Work) workers() *river.Workers {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker[planRun]{limit: planRunTime, do: func(ctx context.Context, a planRun) error { return w.PlanRun(ctx, a.RunID) }})
	river.AddWorker(workers, &worker[notice]{limit: noticeTime, do: func(ctx context.Context, a notice) error { return w.Notice(ctx, a.NoticeID) }})
	river.AddWorker(workers, &worker[retime]{limit: retimeTime, do: func(ctx context.Context, a retime) error { return w.Retime(ctx, a.RoundID) }})
	river.AddWorker(workers, &worker[importFile]{limit: importTime, do: func(ctx context.Context, a importFile) error { return w.Import(ctx, a.ImportID) }})
	river.AddWorker(workers, &worker[sweep]{limit: sweepTime, do: func(ctx context.Context, _ sweep) error { return w.Sweep(ctx) }})
	return workers
}

// worker calls one use case.
type worker[A river.JobArgs] struct {
	river.WorkerDefaults[A]
	do    func(context.Context, A) error
	limit time.Duration
}

// Work does a job.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	return verdict(w.do(ctx, job.Args))
}

// Timeout is how long one attempt may take.
func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.limit }

// verdict says whether a failure is for good.
func verdict(err error) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Kind {
	case fault.NotFound, fault.Invalid, fault.Forbidden, fault.Conflict:
		return river.JobCancel(err)
	}
	return err
}
