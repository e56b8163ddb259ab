package sqllog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/lifecycle-go/lifecycle/internal/sqldb/sqldbtest"
	"github.com/lifecycle-go/lifecycle/internal/vendor"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/lifecycle-go/lifecycle/metrics/ledger/sqllog"
)

var server sqldbtest.Server

const (
	workerEnv = "SQLLOG_WORKER"
	ackEnd    = "\t."
)

func TestMain(m *testing.M) {
	if os.Getenv(workerEnv) != "" {
		work()
		return
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

type engine struct {
	name, driver string
	dialect      sqllog.Dialect
	url          func(t testing.TB) string
}

func engines() []engine {
	return []engine{
		{"sqlite", "sqlite", sqllog.SQLite, func(t testing.TB) string {
			t.Helper()
			return "file:" + filepath.Join(t.TempDir(), "books.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)"
		}},
		{"postgres", "pgx", sqllog.Postgres, func(t testing.TB) string { t.Helper(); return server.Database(t, "pgx") }},
	}
}

func (e engine) open(t testing.TB, url string, o sqllog.Options) (*sqllog.Books, *sql.DB) {
	t.Helper()
	db, err := sql.Open(e.driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	o.Schema.Dialect = e.dialect
	require.NoError(t, sqllog.Migrate(context.Background(), db, o.Schema))
	b, err := sqllog.Open(context.Background(), db, o)
	require.NoError(t, err)
	return b, db
}

func day(n int) time.Time {
	return time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 24 * time.Hour)
}

func encoded(t *testing.T, l *ledger.Ledger) []byte {
	t.Helper()
	b, err := l.MarshalBinary()
	require.NoError(t, err)
	return b
}

func drawChange(r *rand.Rand, i int) ledger.Change {
	c := ledger.Change{
		Customer: fmt.Sprintf("عميل %d", r.IntN(12)), Subscription: strconv.Itoa(r.IntN(2)), At: day(r.IntN(300)).Add(time.Duration(r.IntN(3)) * time.Nanosecond),
		Amount: decimal.New(int64(r.IntN(5))*1234, -2), Plan: []string{"", "a", "ภ'\""}[r.IntN(3)],
	}
	switch r.IntN(4) {
	case 0:
		c.Recorded = c.At.Add(time.Duration(r.IntN(90*24)) * time.Hour)
	case 1:
		c.ID = fmt.Sprint("id ", i)
	case 2:
		c.Cycle = calendar.Cycle{Unit: calendar.UnitYear}
	}
	return c
}

// Books over a log are the books in memory, whatever was saved, restarted,
// refused, or written by another program in between; and what they say of any
// earlier knowledge is.
func TestLaw_LogIsMemory(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			var restarts, saves, refused, repeats, others int
			rounds := 8
			if testing.Short() {
				rounds = 3
			}
			for seed := range rounds {
				r := rand.New(rand.NewPCG(uint64(seed), 41))
				url := e.url(t)
				o := sqllog.Options{Schema: sqllog.Schema{Prefix: fmt.Sprintf("r%d_", seed)}, Ledger: ledger.Options{Currency: "EUR", MaxGap: 40 * 24 * time.Hour}}
				mine, db := e.open(t, url, o)
				other, _ := e.open(t, url, o)
				memory, err := ledger.New(o.Ledger)
				require.NoError(t, err)
				var all []ledger.Change
				for step := range 40 {
					var batch []ledger.Change
					for range 1 + r.IntN(5) {
						batch = append(batch, drawChange(r, len(all)+len(batch)))
					}
					if len(all) > 0 && r.IntN(3) == 0 {
						batch = append(batch, all[r.IntN(len(all))])
						repeats++
					}
					if r.IntN(6) == 0 {
						bad := drawChange(r, step)
						bad.Amount = decimal.NewFromInt(-1)
						batch = append(batch, bad)
					}
					at := mine
					if r.IntN(3) == 0 {
						at = other
						others++
					}
					want := memory.Append(batch...)
					got := at.Append(t.Context(), batch...)
					require.Equal(t, want == nil, got == nil, "%v in memory, %v in the log", want, got)
					if want != nil {
						refused++
						require.Equal(t, want.Error(), got.Error())
						continue
					}
					all = append(all, batch...)
					require.Equal(t, encoded(t, memory), encoded(t, at.Ledger()))
					switch r.IntN(8) {
					case 0:
						saves++
						require.NoError(t, at.Save(t.Context()))
					case 1:
						restarts++
						require.NoError(t, db.Close())
						mine, db = e.open(t, url, o)
						require.Equal(t, encoded(t, memory), encoded(t, mine.Ledger()))
					}
				}
				require.NoError(t, other.Refresh(t.Context()))
				require.NoError(t, mine.Refresh(t.Context()))
				require.Equal(t, encoded(t, memory), encoded(t, mine.Ledger()))
				require.Equal(t, encoded(t, memory), encoded(t, other.Ledger()))
				assert.Equal(t, mine.At(), other.At())
				for _, at := range []time.Time{day(30), day(200), day(500)} {
					require.Equal(t, encoded(t, memory.AsOf(at)), encoded(t, mine.Ledger().AsOf(at)))
				}
			}
			t.Logf("%d restarts, %d saves, %d refused, %d repeats, %d by another program", restarts, saves, refused, repeats, others)
			if !testing.Short() {
				for _, n := range []int{restarts, saves, refused, repeats, others} {
					assert.Greater(t, n, 10)
				}
			}
		})
	}
}

// webhooks are a generated history as records of Stripe.
func webhooks(t *testing.T, seed uint64, subscriptions int) (out []billing.Record) {
	t.Helper()
	for _, e := range vendor.Histories(rand.New(rand.NewPCG(seed, 3)), subscriptions, map[string]int{}) {
		records, err := stripe.Records([]byte(vendor.Stripe(e)))
		require.NoError(t, err)
		out = append(out, records...)
	}
	return out
}

// A feed over a log is the feed in memory.
func TestLaw_FedLogIsMemory(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			p := policy.Stripe()
			url := e.url(t)
			o := sqllog.Options{Policy: &p, Feed: policy.Options{Currency: "USD"}}
			books, db := e.open(t, url, o)
			l, err := ledger.New(p.LedgerOptions(o.Feed))
			require.NoError(t, err)
			memory, err := policy.NewFeed(l, p, o.Feed)
			require.NoError(t, err)
			r := rand.New(rand.NewPCG(5, 6))
			records := webhooks(t, 9, 25)
			require.Greater(t, len(records), 60)
			for i := 0; i < len(records); {
				n := min(len(records), i+1+r.IntN(4))
				known := day(400 + i)
				moved, found, err := memory.Apply(known, records[i:n]...)
				require.NoError(t, err)
				gotMoved, gotFound, err := books.Apply(t.Context(), known, records[i:n]...)
				require.NoError(t, err)
				assert.Equal(t, fmt.Sprint(moved), fmt.Sprint(gotMoved))
				assert.Equal(t, found, gotFound)
				i = n
				switch r.IntN(10) {
				case 0:
					require.NoError(t, books.Save(t.Context()))
				case 1:
					require.NoError(t, db.Close())
					books, db = e.open(t, url, o)
				case 2:
					_, _, err = memory.Observe(known)
					require.NoError(t, err)
					_, _, err = books.Observe(t.Context(), known)
					require.NoError(t, err)
				}
				require.Equal(t, encoded(t, memory.Ledger()), encoded(t, books.Ledger()))
			}
			assert.Greater(t, books.Ledger().Len(), int64(20), "there are books")
			require.ErrorIs(t, books.Append(t.Context(), drawChange(r, 1)), sqllog.ErrFed)
			// Another policy reads the same log; what was saved is passed over.
			require.NoError(t, books.Save(t.Context()))
			otherRules := policy.Standard()
			other, _ := e.open(t, url, sqllog.Options{Policy: &otherRules, Feed: o.Feed})
			l, err = ledger.New(otherRules.LedgerOptions(o.Feed))
			require.NoError(t, err)
			memory, err = policy.NewFeed(l, otherRules, o.Feed)
			require.NoError(t, err)
			_, _, err = memory.Apply(day(400), records...)
			require.NoError(t, err)
			assert.Equal(t, memory.Ledger().MRR(day(420)).String(), other.Ledger().MRR(day(420)).String())
			// And plain books refuse it.
			_, err = sqllog.Open(t.Context(), db, sqllog.Options{Schema: sqllog.Schema{Dialect: e.dialect}})
			require.ErrorIs(t, err, sqllog.ErrLog)
			require.ErrorIs(t, err, sqllog.ErrFed)
		})
	}
}

// The next start reads what was saved, and of the log what came after.
func TestBooks_StartCostsWhatIsNew(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		url := e.url(t)
		o := sqllog.Options{Ledger: ledger.Options{Currency: "EUR"}}
		books, db := e.open(t, url, o)
		r := rand.New(rand.NewPCG(1, 1))
		for i := range 20 {
			require.NoError(t, books.Append(t.Context(), drawChange(r, i), drawChange(r, 100+i)))
		}
		require.NoError(t, books.Save(t.Context()))
		require.NoError(t, books.Append(t.Context(), drawChange(r, 999)))
		// Lines the books do not read any more may be moved elsewhere.
		_, err := db.ExecContext(t.Context(), "DELETE FROM lc_books_log WHERE n <= 40")
		require.NoError(t, err)
		again, _ := e.open(t, url, o)
		assert.Equal(t, encoded(t, books.Ledger()), encoded(t, again.Ledger()))
		assert.Equal(t, books.At(), again.At())
		// A line that cannot be read is named.
		_, err = db.ExecContext(t.Context(), "UPDATE lc_books_log SET body = 'x' WHERE n = 41")
		require.NoError(t, err)
		_, err = sqllog.Open(t.Context(), db, sqllog.Options{Schema: sqllog.Schema{Dialect: e.dialect}, Ledger: o.Ledger})
		require.ErrorIs(t, err, sqllog.ErrLog)
		assert.ErrorContains(t, err, "line 41")
	}
}

// So it is with what a feed knows beside its books.
func TestBooks_StartOfFeedCostsWhatIsNew(t *testing.T) {
	t.Parallel()
	p := policy.Stripe()
	for _, e := range engines() {
		url := e.url(t)
		o := sqllog.Options{Policy: &p, Feed: policy.Options{Currency: "USD"}}
		books, db := e.open(t, url, o)
		records := webhooks(t, 4, 12)
		half := len(records) / 2
		_, _, err := books.Apply(t.Context(), day(400), records[:half]...)
		require.NoError(t, err)
		require.NoError(t, books.Save(t.Context()))
		_, err = db.ExecContext(t.Context(), fmt.Sprint("DELETE FROM lc_books_log WHERE n <= ", books.At()))
		require.NoError(t, err)
		again, _ := e.open(t, url, o)
		require.Positive(t, again.Ledger().Len())
		require.Equal(t, encoded(t, books.Ledger()), encoded(t, again.Ledger()))
		for _, b := range []*sqllog.Books{again, books} { // the second does what the first has done
			require.NoError(t, b.Refresh(t.Context()))
			if b.At() == int64(half) {
				_, _, err = b.Apply(t.Context(), day(401), records[half:]...)
				require.NoError(t, err)
			}
		}
		require.Equal(t, encoded(t, books.Ledger()), encoded(t, again.Ledger()))
		require.Equal(t, books.At(), again.At())
	}
}

// A log of levels is no log of records, whichever line comes first.
func TestOpen_OtherKinds(t *testing.T) {
	t.Parallel()
	p := policy.Stripe()
	for _, e := range engines() {
		plain, fed := sqllog.Options{Ledger: ledger.Options{Currency: "USD"}}, sqllog.Options{Policy: &p, Feed: policy.Options{Currency: "USD"}}
		plain.Schema.Dialect, fed.Schema.Dialect = e.dialect, e.dialect
		levels, db := e.open(t, e.url(t), plain)
		require.NoError(t, levels.Append(t.Context(), ledger.Change{Customer: "a", At: day(1), Amount: decimal.NewFromInt(1)}))
		_, err := sqllog.Open(t.Context(), db, fed)
		require.ErrorIs(t, err, sqllog.ErrFed)
		require.ErrorContains(t, err, "lines to 1")
		records, db := e.open(t, e.url(t), fed)
		_, _, err = records.Observe(t.Context(), day(1))
		require.NoError(t, err)
		_, err = sqllog.Open(t.Context(), db, plain)
		require.ErrorIs(t, err, sqllog.ErrFed)
	}
}

// Nothing that cannot be kept is taken in.
func TestBooks_Refuse(t *testing.T) {
	t.Parallel()
	e := engines()[0]
	books, _ := e.open(t, e.url(t), sqllog.Options{Ledger: ledger.Options{Currency: "EUR"}})
	for _, bad := range []string{"a\x00", "\xff"} {
		require.ErrorIs(t, books.Append(t.Context(), ledger.Change{Customer: bad, At: day(1)}), sqllog.ErrText)
		require.ErrorIs(t, books.Append(t.Context(), ledger.Change{Customer: "a", Plan: bad, At: day(1)}), sqllog.ErrText)
		require.ErrorIs(t, books.Append(t.Context(), ledger.Change{Customer: "a", ID: bad, At: day(1)}), sqllog.ErrText)
	}
	require.Error(t, books.Append(t.Context(), ledger.Change{Customer: "a", At: time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)}))
	require.Error(t, books.Append(t.Context(), ledger.Change{Customer: "a"}))
	_, _, err := books.Apply(t.Context(), day(1))
	require.ErrorIs(t, err, sqllog.ErrFed)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, books.Append(ctx, ledger.Change{Customer: "a", At: day(1), Amount: decimal.NewFromInt(1)}), context.Canceled)
	assert.Zero(t, books.Ledger().Len())
	assert.Zero(t, books.At())
	require.NoError(t, books.Append(t.Context(), ledger.Change{Customer: "a", At: day(1), Amount: decimal.NewFromInt(1)}))
	require.Error(t, books.Erase(t.Context(), "a", ""))
	require.Error(t, books.Erase(t.Context(), "b", "a"))
	require.NoError(t, books.Erase(t.Context(), "nobody", "x"))
}

// What the books took in and the log could not keep is in neither.
func TestBooks_DiskFull(t *testing.T) {
	t.Parallel()
	e := engines()[0]
	books, db := e.open(t, e.url(t), sqllog.Options{Ledger: ledger.Options{Currency: "EUR"}})
	db.SetMaxOpenConns(1) // the limit is the connection's
	var pages int
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	_, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+3))
	require.NoError(t, err)
	full := 0
	for i := range 200 {
		before := encoded(t, books.Ledger())
		if books.Append(t.Context(), ledger.Change{Customer: strings.Repeat("x", 200) + strconv.Itoa(i), At: day(i), Amount: decimal.NewFromInt(1)}) == nil {
			continue
		}
		full++
		require.NoError(t, books.Refresh(t.Context()))
		require.Equal(t, before, encoded(t, books.Ledger()))
	}
	assert.Positive(t, full)
	_, err = db.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	require.NoError(t, books.Append(t.Context(), ledger.Change{Customer: "last", At: day(1), Amount: decimal.NewFromInt(1)}))
}

// A rate source that panics leaves books that are read anew.
func TestBooks_Panic(t *testing.T) {
	t.Parallel()
	e := engines()[0]
	books, _ := e.open(t, e.url(t), sqllog.Options{Ledger: ledger.Options{Currency: "EUR", Rates: panics{}}})
	require.NoError(t, books.Append(t.Context(), ledger.Change{Customer: "a", At: day(1), Amount: decimal.NewFromInt(1)}))
	before := encoded(t, books.Ledger())
	func() {
		defer func() { _ = recover() }()
		_ = books.Append(t.Context(), ledger.Change{Customer: "b", At: day(2), Amount: decimal.NewFromInt(1), Currency: "USD"})
	}()
	require.NoError(t, books.Refresh(t.Context()))
	assert.Equal(t, before, encoded(t, books.Ledger()))
}

type panics struct{}

func (panics) Rate(_, _ money.Currency, _ time.Time) (decimal.Decimal, error) {
	panic("no rates today")
}

// Erased is erased: in the log, in what was saved and in the feed, whichever of
// them there are; the amounts stay.
func TestErase(t *testing.T) {
	const person = "erika.mustermann@example.org"
	p := policy.Stripe()
	for _, e := range engines() {
		for _, fed := range []bool{true, false} {
			for _, saved := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/fed=%t/saved=%t", e.name, fed, saved), func(t *testing.T) {
					url := e.url(t)
					o := sqllog.Options{Ledger: ledger.Options{Currency: "EUR"}}
					if fed {
						o = sqllog.Options{Policy: &p, Feed: policy.Options{Currency: "USD"}}
					}
					books, db := e.open(t, url, o)
					if fed {
						records := webhooks(t, 4, 12)
						name := records[slices.IndexFunc(records, func(r billing.Record) bool { return len(r.Spans) > 0 })].Spans[0].Customer
						for i := range records {
							for k := range records[i].Spans {
								if records[i].Spans[k].Customer == name {
									records[i].Spans[k].Customer = person
								}
							}
							for k := range records[i].Lines {
								if records[i].Lines[k].Customer == name {
									records[i].Lines[k].Customer = person
								}
							}
						}
						_, _, err := books.Apply(t.Context(), day(400), records...)
						require.NoError(t, err)
					} else {
						for i, customer := range []string{person, "b", person, "c"} {
							require.NoError(t, books.Append(t.Context(), ledger.Change{Customer: customer, At: day(1 + i), Amount: decimal.NewFromInt(int64(5 + i)), ID: fmt.Sprint("change of ", customer, i)[:11] + fmt.Sprint(i)}))
						}
					}
					if saved {
						require.NoError(t, books.Save(t.Context()))
					}
					where := filepath.Dir(strings.TrimPrefix(strings.Split(url, "?")[0], "file:"))
					flush := []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}
					if e.dialect == sqllog.Postgres {
						var oid int
						require.NoError(t, db.QueryRowContext(t.Context(), "SELECT oid FROM pg_database WHERE datname = current_database()").Scan(&oid))
						where = filepath.Join(server.Files(), strconv.Itoa(oid))
						flush = []string{"VACUUM (FULL, ANALYZE) lc_books_log, lc_books_snapshot, pg_statistic", "CHECKPOINT"} // of all tables it takes a second
					}
					settle := func() {
						for _, q := range flush {
							_, err := db.ExecContext(t.Context(), q)
							require.NoError(t, err)
						}
					}
					settle()
					assert.NotEmpty(t, holding(t, where, person), "the search finds what is there")
					mrr := books.Ledger().MRR(day(420))
					assert.True(t, mrr.IsPositive())
					require.NoError(t, books.Erase(t.Context(), person, "pseudonym 1"))
					settle()
					assert.Empty(t, holding(t, where, person))
					assert.True(t, mrr.Equal(books.Ledger().MRR(day(420))))
					customers := slices.Collect(books.Ledger().Customers())
					assert.NotContains(t, customers, person)
					assert.Contains(t, customers, "pseudonym 1")
					// As if they had been called so from the beginning.
					again, _ := e.open(t, url, o)
					assert.Equal(t, encoded(t, books.Ledger()), encoded(t, again.Ledger()))
				})
			}
		}
	}
}

func holding(t *testing.T, dir, text string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		if b, err := os.ReadFile(filepath.Join(dir, entry.Name())); err == nil && strings.Contains(string(b), text) {
			list = append(list, entry.Name())
		}
	}
	return list
}

// work appends until it is killed; what was stored is acknowledged.
func work() {
	part := strings.Split(os.Getenv(workerEnv), "\n")
	ctx := context.Background()
	db, err := sql.Open(part[0], part[2])
	if err != nil {
		panic(err)
	}
	acks, err := os.OpenFile(part[3], os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	books, err := sqllog.Open(ctx, db, sqllog.Options{Schema: sqllog.Schema{Dialect: sqllog.Dialect(part[1])}, Ledger: ledger.Options{Currency: "EUR"}})
	if err != nil {
		panic(err)
	}
	begun := time.Now().UnixNano()
	for i := 0; ; i++ {
		id := fmt.Sprintf("%s %d %d", part[4], begun, i)
		if err := books.Append(ctx, ledger.Change{Customer: "c" + strconv.Itoa(i%30), Subscription: id, ID: id, At: day(i % 300), Amount: decimal.NewFromInt(1)}); err != nil {
			continue
		}
		if i%40 == 39 {
			_ = books.Save(ctx)
		}
		// Killed in the middle of it, it leaves a line without an end.
		if _, err := fmt.Fprint(acks, "\n", id, ackEnd); err != nil {
			panic(err)
		}
	}
}

// Two writers, killed and started again: what was acknowledged is in the books,
// once.
func TestKill_NothingLostNothingTwice(t *testing.T) {
	kills := 60
	if s := os.Getenv("LIFECYCLE_KILLS"); s != "" {
		kills, _ = strconv.Atoi(s)
	} else if testing.Short() {
		kills = 10
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			url := e.url(t)
			books, db := e.open(t, url, sqllog.Options{Ledger: ledger.Options{Currency: "EUR"}})
			dir := t.TempDir()
			var group sync.WaitGroup
			for w := range 2 {
				file := filepath.Join(dir, strconv.Itoa(w))
				group.Go(func() {
					r := rand.New(rand.NewPCG(uint64(w), 8))
					for range kills / 2 {
						cmd := exec.Command(self)
						cmd.Env = append(os.Environ(), workerEnv+"="+strings.Join([]string{e.driver, string(e.dialect), url, file, strconv.Itoa(w)}, "\n"))
						before, _ := os.Stat(file)
						if !assert.NoError(t, cmd.Start()) {
							return
						}
						for range 500 {
							now, err := os.Stat(file)
							if err == nil && (before == nil || now.Size() > before.Size()) {
								break
							}
							time.Sleep(2 * time.Millisecond)
						}
						time.Sleep(time.Duration(r.IntN(50_000)) * time.Microsecond)
						_ = cmd.Process.Kill()
						_ = cmd.Wait()
					}
				})
			}
			group.Wait()
			// A server finishes what a killed client had asked for.
			for busy := 1; busy > 0 && e.dialect == sqllog.Postgres; {
				require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()").Scan(&busy))
			}
			require.NoError(t, books.Refresh(t.Context()))
			seen := map[string]bool{}
			for c := range books.Ledger().Changes() {
				assert.False(t, seen[c.ID], c.ID)
				seen[c.ID] = true
			}
			acknowledged := 0
			for w := range 2 {
				text, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(w)))
				if errors.Is(err, os.ErrNotExist) {
					continue
				}
				require.NoError(t, err)
				for line := range strings.SplitSeq(string(text), "\n") {
					id, said := strings.CutSuffix(line, ackEnd)
					if !said {
						continue
					}
					acknowledged++
					assert.True(t, seen[id], "%q was acknowledged and is missing", id)
				}
			}
			assert.Greater(t, acknowledged, kills)
			again, err := sqllog.Open(t.Context(), db, sqllog.Options{Schema: sqllog.Schema{Dialect: e.dialect}, Ledger: ledger.Options{Currency: "EUR"}})
			require.NoError(t, err)
			assert.Equal(t, encoded(t, books.Ledger()), encoded(t, again.Ledger()))
			t.Logf("%d kills: %d acknowledged, none missing; %d changes, none twice", kills, acknowledged, len(seen))
		})
	}
}
