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

DATA ·upTo16<>+0(SB)/8, $0x0000000100000000
DATA ·upTo16<>+8(SB)/8, $0x0000000300000002
DATA ·upTo16<>+16(SB)/8, $0x0000000500000004
DATA ·upTo16<>+24(SB)/8, $0x0000000700000006
DATA ·upTo16<>+32(SB)/8, $0x0000000900000008
DATA ·upTo16<>+40(SB)/8, $0x0000000B0000000A
DATA ·upTo16<>+48(SB)/8, $0x0000000D0000000C
DATA ·upTo16<>+56(SB)/8, $0x0000000F0000000E
GLOBL ·upTo16<>(SB), RODATA|NOPTR, $64

// sixteen appends to the list those of 16 nodes whose bits are the lowest of R14.
#define sixteen \
	KMOVW R14, K1 \
	MOVWLZX R14, AX \
	SHRQ $16, R14 \
	VPCOMPRESSD.Z Z5, K1, Z4 \
	VMOVDQU32 Z4, (R9) \
	POPCNTL AX, AX \
	LEAQ (R9)(AX*4), R9 \
	VPADDD Z6, Z5, Z5

// func aboveNodes(marked *byte, blocks uint64, first, to, list *uint32) (n, links uint64)
TEXT ·aboveNodes(SB), NOSPLIT, $0-56
	MOVQ marked+0(FP), DI
	MOVQ blocks+8(FP), CX
	MOVQ first+16(FP), R11
	MOVQ to+24(FP), SI
	MOVQ list+32(FP), R9
	XORL R12, R12             // links so far
	XORL R13, R13             // the first node of the block
	XORL R15, R15
	VPXORQ Z0, Z0, Z0
	MOVL $1, AX
	VPBROADCASTQ AX, Z2
	MOVL $16, AX
	VPBROADCASTD AX, Z6
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
	KMOVQ K1, DX
	TESTQ DX, DX
	JEQ  none
	VPBROADCASTD R13, Y3
	XORL R14, R14             // bits of all that is marked in the block
round:
	ORQ  DX, R14
	VPXORQ Z1, Z1, Z1         // bits of what they lead to in the block
node:
	TZCNTQ DX, AX
	BLSRQ DX, DX
	ADDQ R13, AX
	MOVL (R11)(AX*8), BX
	MOVL 4(R11)(AX*8), R8
	LEAQ (SI)(BX*4), R10
	SUBQ BX, R8
	ADDQ R8, R12
	DECQ R8                   // the last of its links
	JLT  marked
	fromFirst(0)
	mark
	fromFirst(1)
	mark
	fromFirst(2)
	mark
	fromFirst(3)
	mark
	fromLast(0)
	mark
	fromLast(1)
	mark
	fromLast(2)
	mark
	fromLast(3)
	mark
	MOVQ R8, BX
	CMPQ R8, $8
	JLT  inside
middle:
	LEAQ -4(BX), AX
	mark
	DECQ BX
	CMPQ BX, $8
	JGE  middle
inside:
	MOVL $8, AX
	INCQ R8
	CMPQ R8, $8
	CMOVQCS R8, AX
	MOVL $255, BX
	BZHIL AX, BX, BX
	KMOVW BX, K1
	VMOVDQU32.Z (R10), K1, Y4
	VPSUBD Y3, Y4, Y4
	VPMOVZXDQ Y4, Z4
	VPSLLVQ.Z Z4, Z2, K1, Z4  // nothing is left of bits that are moved by 64 or more
	VPORQ Z4, Z1, Z1
	ADDQ $32, R10
	SUBQ $9, R8               // the last of those left
	JGE  inside
marked:
	TESTQ DX, DX
	JNE  node
	VEXTRACTI64X4 $1, Z1, Y4
	VPOR Y4, Y1, Y1
	VEXTRACTI128 $1, Y1, X4
	VPOR X4, X1, X1
	VPSHUFD $0x4E, X1, X4
	VPOR X4, X1, X1
	VMOVQ X1, DX
	MOVQ R14, AX
	NOTQ AX
	ANDQ AX, DX
	JNE  round
	VMOVDQU64 Z0, (DI)(R13*1)
	VPBROADCASTD R13, Z5
	VPADDD ·upTo16<>(SB), Z5, Z5
	sixteen
	sixteen
	sixteen
	sixteen
none:
	ADDQ $64, R13
	DECQ CX
	JNE  block
	SUBQ list+32(FP), R9
	SHRQ $2, R9
	MOVQ R9, n+40(FP)
	MOVQ R12, links+48(FP)
	VZEROUPPER
	RET

// func spreadNodes(label *cost, list *uint32, n uint64, first, to *uint32, by *cost, settled *entry, top uint64)
TEXT ·spreadNodes(SB), NOSPLIT, $0-64
	MOVQ label+0(FP), DI
	MOVQ list+8(FP), R9
	MOVQ n+16(FP), CX
	MOVQ first+24(FP), R11
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
	SUBQ $24, AX
	CMOVQLT R15, AX
	MOVL (R9)(AX*4), AX
	PREFETCHT0 (R11)(AX*8)
	MOVQ CX, AX
	SUBQ $12, AX
	CMOVQLT R15, AX
	MOVL (R9)(AX*4), AX
	PREFETCHT0 (DI)(AX*8)
	MOVL (R11)(AX*8), AX
	PREFETCHT0 (R10)(AX*4)
	PREFETCHT0 (BX)(AX*8)
	PREFETCHT0 56(BX)(AX*8)
	MOVL (R9)(CX*4), AX
	MOVL (R11)(AX*8), SI      // where its links begin
	MOVL 4(R11)(AX*8), R8     // and where they end
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
