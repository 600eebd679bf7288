package jobs

import (
	"context"
	"errors"
	"time"

	"roundsman/internal/clock"
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
	river.AddWorker(workers, &worker[importFile]{limit: importTime, retry: soon, do: func(ctx context.Context, a importFile) error { return w.Import(ctx, a.ImportID) }})
	river.AddWorker(workers, &worker[sweep]{limit: sweepTime, do: func(ctx context.Context, _ sweep) error { return w.Sweep(ctx) }})
	return workers
}

// worker calls one use case.
type worker[A river.JobArgs] struct {
	river.WorkerDefaults[A]
	do    func(context.Context, A) error
	limit time.Duration
	retry func(attempt int) time.Duration // the queue's own pauses, minutes and hours, when nil
}

// soon waits seconds, and a minute at most: somebody looks on.
func soon(attempt int) time.Duration {
	return min(time.Duration(attempt*attempt)*time.Second, time.Minute)
}

// Work does a job.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	return verdict(w.do(ctx, job.Args))
}

// NextRetry is when a failed job is done again; zero leaves it to the queue.
func (w *worker[A]) NextRetry(job *river.Job[A]) time.Time {
	if w.retry == nil {
		return time.Time{}
	}
	return clock.System{}.Now().Add(w.retry(job.Attempt))
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
