package csvspan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Records reads the rows of a file as versions for a policy.Feed: each row is an
// object of its own, named by its id, else by customer, subscription, item and
// from. A row that comes again says how it stands since; its end, in column to, may
// lie in the past, all else holds from when it became known.
//
// A row is of the instant in its column recorded, and where that is empty of the
// instant it becomes known. Bad rows are an error that wraps importer.ErrFaults
// beside the others. For other findings see Importer.Records.
func Records(body []byte) ([]billing.Record, error) {
	imp, err := New(Options{})
	if err != nil {
		return nil, err
	}
	out, err := imp.Records(body)
	if err != nil {
		return out, err
	}
	return out, importer.FaultsOf("csvspan", imp.Findings())
}

// Records is the function of that name with the importer's options. Bad rows are
// among the Findings.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	var out []billing.Record
	for s, err := range imp.rows(bytes.NewReader(body)) {
		if err != nil {
			return out, err
		}
		r := billing.Record{Key: "span " + s.id, Created: s.Recorded, Version: s.Seq, Ended: s.To}
		if s.id == "" {
			r.Key = "span of " + named(s.Customer+"\x00"+s.Subscription+"\x00"+s.Item+"\x00"+s.From.UTC().Format(time.RFC3339Nano))
		}
		if s.EndRecorded.After(r.Created) && !r.Created.IsZero() {
			r.Created = s.EndRecorded
		}
		r.Spans = []billing.Span{s.Span}
		out = append(out, r)
	}
	return out, nil
}

// named is a name that a key has room for: itself, or what stands for it.
func named(name string) string {
	if len(name) <= kit.MaxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return "sha256 " + hex.EncodeToString(sum[:])
}
