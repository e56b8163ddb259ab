package touchpoint

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/lifecycle-go/lifecycle/internal/intern"
)

// The binary form of a log, version 1. Integers are minimal unsigned varints
// unless said otherwise; a text is its length and its bytes; a table is the
// number of its texts and the texts, strictly ascending, each of them in use.
//
//	"LCTPLOG" and the version, 8 bytes
//	flags, 1 byte: campaign 1, cost 2, value 4, IDs 8, events had IDs 16, currency 32
//	currency (flag)
//	table of attribute keys; events; customers; duplicates dropped
//	tables of names, channels, campaigns (flag), values of each attribute, sources (flag)
//	customers: their texts, strictly ascending, then their numbers of events
//	columns, one after another, each for all events in order:
//	  time: nanoseconds after 1900 for a customer's first, after the one before for the others
//	  name, channel, campaign (flag): place in the table
//	  cost, value (flag): unit as signed varint and exponent as one byte
//	  attributes: 0 or place + 1
//	  source (flag): place; then the texts of the IDs
//	CRC-32C of all that, 4 bytes, little endian
//
// A log has exactly one binary form.
const (
	logMagic   = "LCTPLOG"
	logVersion = 1

	flagCampaign = 1
	flagCost     = 2
	flagValue    = 4
	flagIDs      = 8
	flagKeyed    = 16
	flagCurrency = 32
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary returns the binary form of the log: equal logs give equal
// bytes. It is about 8 bytes per event and the customers, and never fails.
func (l *Log) MarshalBinary() ([]byte, error) { return l.AppendBinary(nil) }

// AppendBinary appends the binary form of the log to dst.
func (l *Log) AppendBinary(dst []byte) ([]byte, error) {
	from := len(dst)
	dst = append(dst, logMagic...)
	dst = append(dst, logVersion, l.flags())
	if l.currency != "" {
		dst = appendText(dst, string(l.currency))
	}
	dst = binary.AppendUvarint(dst, uint64(len(l.attrs)))
	for i := range l.attrs {
		dst = appendText(dst, l.attrs[i].key)
	}
	dst = binary.AppendUvarint(dst, uint64(l.Len()))
	dst = binary.AppendUvarint(dst, uint64(l.Customers()))
	dst = binary.AppendUvarint(dst, uint64(l.duplicates))
	dst = l.appendTables(dst)
	dst = l.appendCustomers(dst)
	dst = appendNumbers(dst, l.name)
	for i := range l.Len() {
		dst = binary.AppendUvarint(dst, uint64(l.channel.At(i)))
	}
	if l.campaign != nil {
		dst = appendNumbers(dst, l.campaign.id)
	}
	for _, col := range []*amountColumn{l.cost, l.value} {
		if col == nil {
			continue
		}
		for i, unit := range col.unit {
			dst = binary.AppendVarint(dst, unit)
			dst = append(dst, byte(col.exp[i]))
		}
	}
	for i := range l.attrs {
		dst = appendNumbers(dst, l.attrs[i].id)
	}
	if l.ids != nil {
		dst = appendNumbers(dst, l.ids.source)
		for i := range uint32(l.Len()) {
			dst = appendText(dst, l.ids.id.At(i))
		}
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[from:], castagnoli)), nil
}

func (l *Log) flags() byte {
	var f byte
	for _, set := range []struct {
		on   bool
		flag byte
	}{
		{l.campaign != nil, flagCampaign},
		{l.cost != nil, flagCost},
		{l.value != nil, flagValue},
		{l.ids != nil, flagIDs},
		{l.keyed, flagKeyed},
		{l.currency != "", flagCurrency},
	} {
		if set.on {
			f |= set.flag
		}
	}
	return f
}

func (l *Log) appendTables(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(l.names)))
	for _, s := range l.names {
		dst = appendText(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(l.channels)))
	for _, s := range l.channels {
		dst = appendText(dst, string(s))
	}
	if l.campaign != nil {
		dst = appendTable(dst, l.campaign.table)
	}
	for i := range l.attrs {
		dst = appendTable(dst, l.attrs[i].table)
	}
	if l.ids != nil {
		dst = appendTable(dst, l.ids.sources)
	}
	return dst
}

func (l *Log) appendCustomers(dst []byte) []byte {
	for c := range uint32(l.Customers()) {
		dst = appendText(dst, l.customers.At(c))
	}
	for c := range l.Customers() {
		dst = binary.AppendUvarint(dst, uint64(l.start[c+1]-l.start[c]))
	}
	for c := range l.Customers() {
		last := minNano
		for i := l.start[c]; i < l.start[c+1]; i++ {
			dst = binary.AppendUvarint(dst, uint64(l.at[i])-uint64(last))
			last = l.at[i]
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendTable(dst []byte, t intern.Texts) []byte {
	dst = binary.AppendUvarint(dst, uint64(t.Len()))
	for i := range uint32(t.Len()) {
		dst = appendText(dst, t.At(i))
	}
	return dst
}

func appendNumbers[N uint16 | uint32](dst []byte, ids []N) []byte {
	for _, id := range ids {
		dst = binary.AppendUvarint(dst, uint64(id))
	}
	return dst
}
