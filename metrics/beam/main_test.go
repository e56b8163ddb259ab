package beam_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/stretchr/testify/require"
)

// Steps of these tests.
func init() {
	register.Function2x0(none)
	register.Function1x1(say)
	register.Function1x2(sayRow)
	register.DoFn2x1[int64, func([]byte), error](&sourceFn{})
	register.Emitter1[[]byte]()
}

// none yields nothing.
func none(_ []byte, _ func([]byte)) {}

// Prism listens on every interface and asks nobody who they are. So these tests
// run in a network of their own, where the system has one to give.
func TestMain(m *testing.M) {
	if code, done := alone(); done {
		os.Exit(code)
	}
	flag.Parse()
	beam.Init()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // Prism's progress
	log.SetLogger(quiet{})
	os.Exit(m.Run())
}

// reachable says on stderr that others of the network can reach Prism meanwhile.
func reachable(why any) (int, bool) {
	fmt.Fprintln(os.Stderr, "NOT ISOLATED: Prism listens on all interfaces while these tests run:", why)
	return 0, false
}

// quiet drops what Beam logs.
type quiet struct{}

func (quiet) Log(context.Context, log.Severity, int, string) {}

// one at a time: Prism keeps its address in a variable, and jobs share a server.
var running sync.Mutex

func run(t testing.TB, p *beam.Pipeline) error {
	t.Helper()
	running.Lock()
	defer running.Unlock()
	_, err := beam.Run(t.Context(), "prism", p)
	return err
}

// What is said of the network is so.
func TestAlone(t *testing.T) {
	if os.Getenv("LIFECYCLE_BEAM_ALONE") == "" {
		t.Skip("no network of one's own, see above")
	}
	list, err := net.Interfaces()
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.NotZero(t, list[0].Flags&net.FlagLoopback)
}
