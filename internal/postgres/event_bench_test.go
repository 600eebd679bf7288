package postgres_test

import (
	"context"
	"log/slog"
	"testing"

	"roundsman/dispatch"
	"roundsman/internal/events"
	"roundsman/internal/ids"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

// BenchmarkCommitToReader is the time from the beginning of a transaction with
// one event until a reader of the live stream has it.
func BenchmarkCommitToReader(b *testing.B) {
	pool := pgtest.New(b)
	store := postgres.NewStore(pool)
	log := slog.New(slog.DiscardHandler)
	sequencer := postgres.NewSequencer(pool, log)
	store.WakeFunc = sequencer.Wake
	hub := events.NewHub(postgres.NewEventLog(pool), log)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- sequencer.Run(ctx) }()
	go func() { ended <- hub.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		require.NoError(b, <-ended)
		require.NoError(b, <-ended)
	})
	reader := hub.Subscribe(ctx, 0, func(dispatch.Event) bool { return true })
	subject := ids.New()
	for b.Loop() {
		require.NoError(b, store.Write(ctx, func(tx dispatch.Tx) error { return tx.Emit(ctx, event(subject, "visit.moved")) }))
		<-reader
	}
}

// BenchmarkStamp gives positions to a crowd of 5000 events of 50 subjects.
func BenchmarkStamp(b *testing.B) {
	pool := pgtest.New(b)
	crowd := make([]dispatch.Event, 5000)
	subjects := make([]ids.ID, 50)
	for i := range subjects {
		subjects[i] = ids.New()
	}
	for b.Loop() {
		b.StopTimer()
		for i := range crowd {
			crowd[i] = event(subjects[i%len(subjects)], "visit.moved")
		}
		emit(b, pool, crowd...)
		b.StartTimer()
		require.EqualValues(b, len(crowd), postgres.StampNow(b, pool))
	}
	b.ReportMetric(float64(len(crowd)*b.N)/b.Elapsed().Seconds(), "events/s")
}
