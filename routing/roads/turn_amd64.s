#include "textflag.h"

// What they do is plainKernel's, with registers of 256 bits, which are wide enough:
// memory takes longer.

// column takes four lanes of four places, and puts each lane's costs where they belong.
// R10 to R13 say where the places' rows are.
#define column(at, first, second, third, fourth) \
	VMOVDQU at(DI)(R10*1), Y0; \
	VMOVDQU at(DI)(R11*1), Y1; \
	VMOVDQU at(DI)(R12*1), Y2; \
	VMOVDQU at(DI)(R13*1), Y3; \
	VPUNPCKLQDQ Y1, Y0, Y4; \
	VPUNPCKHQDQ Y1, Y0, Y5; \
	VPUNPCKLQDQ Y3, Y2, Y6; \
	VPUNPCKHQDQ Y3, Y2, Y7; \
	VPERM2I128 $0x20, Y6, Y4, Y0; \
	VPERM2I128 $0x20, Y7, Y5, Y1; \
	VPERM2I128 $0x31, Y6, Y4, Y2; \
	VPERM2I128 $0x31, Y7, Y5, Y3; \
	lower(Y0, first); \
	lower(Y1, second); \
	lower(Y2, third); \
	lower(Y3, fourth)

// lower puts down what costs come to without what they were raised by, if there is a way.
#define lower(costs, at) \
	VPCMPGTQ Y13, costs, Y8; \
	VPSUBQ Y14, costs, costs; \
	VBLENDVPD Y8, Y15, costs, costs; \
	VMOVDQU costs, at(R9)

// func turnRows(rows *lanes, lane uint64, place *uint32, n uint64, lifted cost, costs *cost)
TEXT ·turnRows(SB), NOSPLIT, $0-48
	MOVQ rows+0(FP), DI
	MOVQ lane+8(FP), AX
	LEAQ (DI)(AX*8), DI
	MOVQ place+16(FP), SI
	MOVQ n+24(FP), CX
	MOVQ costs+40(FP), R9
	VPBROADCASTQ lifted+32(FP), Y14
	MOVQ $0x4000000000000000, AX      // noCost
	VMOVQ AX, X15
	VPBROADCASTQ X15, Y15
	VPCMPEQQ Y13, Y13, Y13
	VPADDQ Y13, Y15, Y13              // the dearest that is a cost
four:
	MOVL (SI), R10
	MOVL 4(SI), R11
	MOVL 8(SI), R12
	MOVL 12(SI), R13
	SHLQ $8, R10
	SHLQ $8, R11
	SHLQ $8, R12
	SHLQ $8, R13
	column(0, 0, 512, 1024, 1536)
	column(32, 2048, 2560, 3072, 3584)
	ADDQ $16, SI
	ADDQ $32, R9
	SUBQ $4, CX
	JG   four
	VZEROUPPER
	RET

// all has a number stand in the lower half of every fourth of a register.
#define all(n, x, y) MOVL $n, AX; VMOVQ AX, x; VPBROADCASTQ x, y

// pack takes the lower halves of what is in two registers.
#define pack(a, b) VSHUFPS $0x88, b, a, a; VPERMQ $0xD8, a, a

// func roundCosts(seconds, metres *int32, costs *cost, n uint64)
TEXT ·roundCosts(SB), NOSPLIT, $0-32
	MOVQ seconds+0(FP), DI
	MOVQ metres+8(FP), DX
	MOVQ costs+16(FP), SI
	MOVQ n+24(FP), CX
	// To divide is to multiply and to drop bits, which is exact for all numbers of 32 bits.
	// Centimetres and 50 may be one that is longer: they are divided by 2 first.
	all(500, X15, Y15)
	all(0x10624DD3, X14, Y14)         // 2^38 / 1000
	all(25, X13, Y13)
	all(0x51EB851F, X12, Y12)         // 2^36 / 50
	VPXOR Y11, Y11, Y11
eight:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPSRLQ $62, Y0, Y2
	VPSRLQ $62, Y1, Y3
	pack(Y2, Y3)
	VPCMPGTD Y11, Y2, Y2              // where there is no way
	VPSRLQ $32, Y0, Y4
	VPSRLQ $32, Y1, Y5
	VPADDQ Y15, Y4, Y4
	VPADDQ Y15, Y5, Y5
	VPMULUDQ Y14, Y4, Y4
	VPMULUDQ Y14, Y5, Y5
	VPSRLQ $38, Y4, Y4
	VPSRLQ $38, Y5, Y5
	pack(Y4, Y5)
	VPSRLD $1, Y2, Y6                 // Unreachable
	VPOR Y6, Y4, Y4
	VMOVDQU Y4, (DI)
	VPSLLQ $32, Y0, Y0
	VPSLLQ $32, Y1, Y1
	VPSRLQ $33, Y0, Y0
	VPSRLQ $33, Y1, Y1
	VPADDQ Y13, Y0, Y0
	VPADDQ Y13, Y1, Y1
	VPMULUDQ Y12, Y0, Y0
	VPMULUDQ Y12, Y1, Y1
	VPSRLQ $36, Y0, Y0
	VPSRLQ $36, Y1, Y1
	pack(Y0, Y1)
	VPANDN Y0, Y2, Y0
	VMOVDQU Y0, (DX)
	ADDQ $64, SI
	ADDQ $32, DI
	ADDQ $32, DX
	SUBQ $8, CX
	JG   eight
	VZEROUPPER
	RET
