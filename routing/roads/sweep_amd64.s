#include "textflag.h"

// What they do is plainKernel's. A node's links are looked at without asking how many
// they are, which no processor guesses right: the first four and the last four, of
// which some are the same where there are fewer than eight, and then what is left of
// a long list. R10 is where the links begin, R8 the last one's number, R15 zero.

#define fromFirst(k) MOVL $k, AX; CMPQ R8, AX; CMOVQCS R8, AX
#define fromLast(k) MOVQ R8, AX; SUBQ $k, AX; CMOVQCS R15, AX

// mark marks where a link leads.
#define mark MOVL (R10)(AX*4), AX; MOVB $1, (DI)(AX*1)

// cheaper takes a cost down to that by a link. BX is where the links' costs begin.
#define cheaper(best) MOVL (R10)(AX*4), SI; MOVQ (DI)(SI*8), SI; ADDQ (BX)(AX*8), SI; CMPQ SI, best; CMOVQCS SI, best

// takeNode takes the lowest node out of R14 and lists it and its links at R9 and DX.
// R11 is where it stands, for every node, where its links begin and, in the upper half,
// where they end. They are counted in R12; less than nothing is in R8 where it has none.
#define takeNode \
	TZCNTQ R14, AX; \
	BLSRQ R14, R14; \
	ADDQ R13, AX; \
	MOVL AX, (R9); \
	ADDQ $4, R9; \
	MOVQ (R11)(AX*8), BX; \
	MOVQ BX, (DX); \
	ADDQ $8, DX; \
	MOVQ BX, R8; \
	SHRQ $32, R8; \
	MOVL BX, BX; \
	LEAQ (SI)(BX*4), R10; \
	SUBQ BX, R8; \
	ADDQ R8, R12; \
	DECQ R8

// markEight marks where the first four and the last four of its links lead.
#define markEight \
	fromFirst(0); mark; \
	fromFirst(1); mark; \
	fromFirst(2); mark; \
	fromFirst(3); mark; \
	fromLast(0); mark; \
	fromLast(1); mark; \
	fromLast(2); mark; \
	fromLast(3); mark

// func aboveNodes(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)
TEXT ·aboveNodes(SB), NOSPLIT, $0-96
	MOVQ marked+0(FP), DI
	MOVQ block+8(FP), R13
	SHLQ $6, R13              // the first node of the block
	MOVQ first+24(FP), R11
	MOVQ to+32(FP), SI
	MOVQ node+48(FP), R9
	MOVQ span+56(FP), DX
	MOVQ room+64(FP), CX
	LEAQ (R9)(CX*4), CX       // there is room up to here
	XORL R12, R12             // links so far
	XORL R15, R15
	VPXORQ Z0, Z0, Z0
block:
	// What is known to be marked in the next block: its links are on their way.
	VMOVDQU64 64(DI)(R13*1), Z4
	VPTESTMB Z4, Z4, K1
	KMOVQ K1, AX
	TESTQ AX, AX
	JEQ  own
fetch:
	TZCNTQ AX, BX
	BLSRQ AX, AX
	ADDQ R13, BX
	MOVL 512(R11)(BX*8), BX
	PREFETCHT0 (SI)(BX*4)
	PREFETCHT0 28(SI)(BX*4)
	TESTQ AX, AX
	JNE  fetch
own:
	VMOVDQU64 (DI)(R13*1), Z4
	VPTESTMB Z4, Z4, K1
	KORTESTQ K1, K1
	JEQ  next
	// All of the block that is above what is marked in it.
	MOVQ within+40(FP), BX
	LEAQ (BX)(R13*8), BX
	VMOVDQU64.Z (BX), K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 64(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 128(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 192(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 256(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 320(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 384(BX), Z1, K1, Z1
	KSHIFTRQ $8, K1, K1
	VPORQ 448(BX), Z1, K1, Z1
	VEXTRACTI64X4 $1, Z1, Y4
	VPOR Y4, Y1, Y1
	VEXTRACTI128 $1, Y1, X4
	VPOR X4, X1, X1
	VPSHUFD $0x4E, X1, X4
	VPOR X4, X1, X1
	VMOVQ X1, R14
node:
	takeNode
	JLT  marked
	markEight
	CMPQ R8, $8
	JLT  marked
middle:
	LEAQ -4(R8), AX
	mark
	DECQ R8
	CMPQ R8, $8
	JGE  middle
marked:
	TESTQ R14, R14
	JNE  node
	VMOVDQU64 Z0, (DI)(R13*1)
next:
	ADDQ $64, R13
	MOVQ R13, AX
	SHRQ $6, AX
	CMPQ AX, blocks+16(FP)
	JCC  done
	LEAQ 256(R9), BX
	CMPQ BX, CX
	JLS  block                // there is room for all of it
done:
	MOVQ AX, next+72(FP)
	SUBQ node+48(FP), R9
	SHRQ $2, R9
	MOVQ R9, n+80(FP)
	MOVQ R12, links+88(FP)
	VZEROUPPER
	RET

// marks gives which nodes of a block are marked, a bit each, in AX.
#define marks(at) VMOVDQU at(DI)(R13*1), Y4; VMOVDQU at+32(DI)(R13*1), Y5; VPCMPGTB Y0, Y4, Y4; VPCMPGTB Y0, Y5, Y5; VPMOVMSKB Y4, AX; VPMOVMSKB Y5, BX; SHLQ $32, BX; ORQ BX, AX

// func aboveNodes256(marked *byte, block, blocks uint64, first, to *uint32, within *uint64, node *uint32, span *uint64, room uint64) (next, n, links uint64)
TEXT ·aboveNodes256(SB), NOSPLIT, $0-96
	MOVQ marked+0(FP), DI
	MOVQ block+8(FP), R13
	SHLQ $6, R13              // the first node of the block
	MOVQ first+24(FP), R11
	MOVQ to+32(FP), SI
	MOVQ node+48(FP), R9
	MOVQ span+56(FP), DX
	MOVQ room+64(FP), CX
	LEAQ (R9)(CX*4), CX       // there is room up to here
	XORL R12, R12             // links so far
	XORL R15, R15
	VPXOR Y0, Y0, Y0
block:
	// What is known to be marked in the next block: its links are on their way.
	marks(64)
	TESTQ AX, AX
	JEQ  own
fetch:
	TZCNTQ AX, BX
	BLSRQ AX, AX
	ADDQ R13, BX
	MOVL 512(R11)(BX*8), BX
	PREFETCHT0 (SI)(BX*4)
	PREFETCHT0 28(SI)(BX*4)
	TESTQ AX, AX
	JNE  fetch
own:
	marks(0)
	TESTQ AX, AX
	JEQ  next
	// All of the block that is above what is marked in it, which is little as a rule.
	MOVQ within+40(FP), BX
	LEAQ (BX)(R13*8), BX
	XORL R14, R14
marked:
	TZCNTQ AX, R8
	BLSRQ AX, AX
	ORQ (BX)(R8*8), R14
	TESTQ AX, AX
	JNE  marked
node:
	takeNode
	JLT  linked
	markEight
	CMPQ R8, $8
	JLT  linked
middle:
	LEAQ -4(R8), AX
	mark
	DECQ R8
	CMPQ R8, $8
	JGE  middle
linked:
	TESTQ R14, R14
	JNE  node
	VMOVDQU Y0, (DI)(R13*1)
	VMOVDQU Y0, 32(DI)(R13*1)
next:
	ADDQ $64, R13
	MOVQ R13, AX
	SHRQ $6, AX
	CMPQ AX, blocks+16(FP)
	JCC  done
	LEAQ 256(R9), BX
	CMPQ BX, CX
	JLS  block                // there is room for all of it
done:
	MOVQ AX, next+72(FP)
	SUBQ node+48(FP), R9
	SHRQ $2, R9
	MOVQ R9, n+80(FP)
	MOVQ R12, links+88(FP)
	VZEROUPPER
	RET

// func spreadNodes(label *cost, node *uint32, span *uint64, n uint64, to *uint32, by *cost, settled *entry, top uint64)
TEXT ·spreadNodes(SB), NOSPLIT, $0-64
	MOVQ label+0(FP), DI
	MOVQ node+8(FP), R9
	MOVQ span+16(FP), R11
	MOVQ n+24(FP), CX
	MOVQ top+56(FP), R13
	SHLQ $4, R13
	ADDQ settled+48(FP), R13  // behind the highest that is settled
	MOVQ $0x4000000000000000, R14 // noCost
	XORL R15, R15
node:
	DECQ CX
	JLT  done
	// What nodes to come need from memory is on its way while others are at hand.
	MOVQ to+32(FP), R10
	MOVQ by+40(FP), BX
	MOVQ CX, AX
	SUBQ $12, AX
	CMOVQLT R15, AX
	MOVL (R9)(AX*4), SI
	PREFETCHT0 (DI)(SI*8)
	MOVL (R11)(AX*8), AX
	PREFETCHT0 (R10)(AX*4)
	PREFETCHT0 (BX)(AX*8)
	PREFETCHT0 56(BX)(AX*8)
	MOVL (R11)(CX*8), SI      // where its links begin
	MOVL 4(R11)(CX*8), R8     // and where they end
	LEAQ (R10)(SI*4), R10
	LEAQ (BX)(SI*8), BX
	MOVQ R14, R12
	MOVQ R14, DX
	SUBQ SI, R8
	DECQ R8                   // the last of them
	JLT  climbed
	fromFirst(0)
	cheaper(DX)
	fromFirst(1)
	cheaper(R12)
	fromFirst(2)
	cheaper(DX)
	fromFirst(3)
	cheaper(R12)
	fromLast(0)
	cheaper(DX)
	fromLast(1)
	cheaper(R12)
	fromLast(2)
	cheaper(DX)
	fromLast(3)
	cheaper(R12)
	CMPQ R8, $8
	JLT  least
	SUBQ $4, R8
middle:
	MOVQ R8, AX
	cheaper(DX)
	DECQ R8
	CMPQ R8, $4
	JGE  middle
least:
	CMPQ DX, R12
	CMOVQCS DX, R12
climbed:
	MOVL (R9)(CX*4), AX
settled:
	CMPQ R13, settled+48(FP)
	JLS  store
	CMPL AX, -8(R13)
	JHI  store                // it comes later
	LEAQ -16(R13), R13
	JCS  settled              // it was not listed
	MOVQ (R13), SI
	CMPQ SI, R12
	CMOVQCS SI, R12
store:
	MOVQ R12, (DI)(AX*8)
	JMP  node
done:
	RET
