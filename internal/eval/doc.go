// Package eval finds out how well an opponent holds its side: it has scripted
// users debate with it, judges every reply, and reports flips, repetition,
// engagement and refusals.
//
// Scripts, topics and the rules are data files beside the code. It depends on
// debate, through whose Service the debates go, and on a judge, which is the
// rules or a model.
package eval
