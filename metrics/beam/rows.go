package beam

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// placeBytes is how long the place of a row is, which stands before it: as
// bytes compare, so do places.
const placeBytes = 8

// ChangeRow is a change as an element of unpartitioned input, see [Work.Rows].
// place says where it stands among the rows, such as its number or its offset in
// a file: where time does not order two rows of a customer, place does, and where
// that is equal too, their content.
func ChangeRow(c ledger.Change, place int64) ([]byte, error) {
	return placed(place, func(b []byte) ([]byte, error) { return shard.AppendChanges(b, c) })
}

// EventRow is an event as an element, likewise.
func EventRow(e touchpoint.Event, place int64) ([]byte, error) {
	return placed(place, func(b []byte) ([]byte, error) { return shard.AppendEvents(b, e) })
}

func placed(place int64, add func([]byte) ([]byte, error)) ([]byte, error) {
	if place < 0 {
		return nil, &fault.Error{Package: "beam", Op: "row", Field: "place", Value: fmt.Sprint(place), Limit: "want zero or more"}
	}
	b, err := add(binary.BigEndian.AppendUint64(nil, uint64(place)))
	var row *fault.Row
	if errors.As(err, &row) {
		row.Row = place // not the first of one
	}
	if err != nil {
		return nil, fmt.Errorf("beam: %w", err)
	}
	return b, nil
}

// errRow: an element that ChangeRow and EventRow did not make.
var errRow = errors.New("not a row of ChangeRow or EventRow")

// customerOf reads the customer of a row, and all else of it.
func customerOf(row []byte) (string, error) {
	if len(row) < placeBytes || row[0] > 0x7f {
		return "", fmt.Errorf("beam: %w: %d bytes", errRow, len(row))
	}
	place := binary.BigEndian.Uint64(row)
	n, customer := 0, ""
	blocks := shard.Blocks(row[placeBytes:])
	for c, err := range blocks.Changes() {
		if err != nil {
			return "", fmt.Errorf("beam: row %d: %w: %w", place, errRow, err)
		}
		n, customer = n+1, c.Customer
	}
	for e, err := range blocks.Events() {
		if err != nil {
			return "", fmt.Errorf("beam: row %d: %w: %w", place, errRow, err)
		}
		n, customer = n+1, e.Customer
	}
	if n != 1 {
		return "", fmt.Errorf("beam: row %d: %w: %d rows in one", place, errRow, n)
	}
	return customer, nil
}

// inOrder takes joined rows apart, and puts them, whichever way they came, into
// blocks that are read in the order of their places.
func inOrder(joined []byte) (shard.Blocks, error) {
	var rows [][]byte
	size := 0
	for len(joined) > 0 {
		n, w := binary.Uvarint(joined)
		if w <= 0 || n < placeBytes || n > uint64(len(joined)-w) {
			return nil, fmt.Errorf("%w: %d bytes after %d rows", errRow, len(joined), len(rows))
		}
		row := joined[w : w+int(n)]
		joined = joined[w+int(n):]
		rows = append(rows, row)
		size += len(row) - placeBytes
	}
	slices.SortFunc(rows, bytes.Compare)
	b := make(shard.Blocks, 0, size)
	for _, row := range rows {
		b = append(b, row[placeBytes:]...)
	}
	return b, nil
}
