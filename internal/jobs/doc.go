// Package jobs does follow-up work on River, a queue in the same database: what
// is enqueued in a transaction is there if and only if that commits.
//
//	client, err := jobs.New(pool, jobs.Config{Work: jobs.Work{PlanRun: control.Execute, ...}})
//	store.EnqueueFunc = client.Enqueue
//	err = client.Start(ctx)
//	defer client.Stop(ctx)
//
// A worker calls one use case with an id, and may call it twice: when a server is
// killed, the work it had in hand goes to another one within seconds (see
// orphan.go). What a use case refuses for good (a fault of kind NotFound, Invalid,
// Forbidden or Conflict) is not tried again; anything else is, later and later.
//
// To add a kind of work: its arguments in kind.go, its hook in Work.
package jobs
