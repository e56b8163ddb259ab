// Package sample has customer-journey maps to start from, filled in for an
// invented product and without faults: the eight stages of a subscription, one
// map of each kind, and a service blueprint in three languages.
//
//	m := sample.SaaS()
//	m.Stages[0].Pains = journeymap.Notes("Nobody answers on weekends")
//	picture, err := m.SVG(journeymap.Options{})
//
// Everything in them is assumed until somebody asks customers or looks into a
// log. Each call returns a map of its own, to change as the caller likes; its
// JSON is the best start for a map that people keep in a file.
package sample
