#include "textflag.h"

DATA ·upTo8<>+0(SB)/8, $0
DATA ·upTo8<>+8(SB)/8, $1
DATA ·upTo8<>+16(SB)/8, $2
DATA ·upTo8<>+24(SB)/8, $3
DATA ·upTo8<>+32(SB)/8, $4
DATA ·upTo8<>+40(SB)/8, $5
DATA ·upTo8<>+48(SB)/8, $6
DATA ·upTo8<>+56(SB)/8, $7
GLOBL ·upTo8<>(SB), RODATA|NOPTR, $64

// nearestLine is nearestPlainly for eight lines at a time: what spot.along does,
// operation by operation.
// func nearestLine(lines *int32, n uint64, s *spot, best float64) (square float64, at int)
TEXT ·nearestLine(SB), NOSPLIT, $0-48
	MOVQ lines+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ s+16(FP), DX
	VBROADCASTSD 0(DX), Z0            // lon
	VBROADCASTSD 8(DX), Z1            // lat
	VBROADCASTSD 16(DX), Z2           // cos
	VBROADCASTSD best+24(FP), Z3      // by lane, the least square so far
	VPTERNLOGQ $255, Z4, Z4, Z4       // and its line; -1 where there is none
	VMOVDQU64 ·upTo8<>(SB), Z5        // lines at hand
	MOVQ $8, AX
	VPBROADCASTQ AX, Z6
	MOVQ $0x3FF0000000000000, AX
	VPBROADCASTQ AX, Z7               // 1
	VPXORQ Z8, Z8, Z8                 // 0
	LEAQ (SI)(CX*4), DI               // starts' latitudes
	LEAQ (DI)(CX*4), R8               // ends' longitudes
	LEAQ (R8)(CX*4), R9               // ends' latitudes
	MOVL $255, AX
	KMOVW AX, K1
eight:
	CMPQ CX, $8
	JGE  look
	MOVL $1, AX
	SHLL CX, AX
	DECL AX
	KMOVW AX, K1
look:
	VMOVDQU32.Z (SI), K1, Y9
	VMOVDQU32.Z (DI), K1, Y10
	VMOVDQU32.Z (R8), K1, Y11
	VMOVDQU32.Z (R9), K1, Y12
	VCVTDQ2PD Y9, Z9                  // x1
	VCVTDQ2PD Y10, Z10                // y1
	VCVTDQ2PD Y11, Z11                // x2
	VCVTDQ2PD Y12, Z12                // y2
	VSUBPD Z9, Z11, Z11
	VMULPD Z2, Z11, Z11               // dx
	VSUBPD Z10, Z12, Z12              // dy
	VSUBPD Z0, Z9, Z9
	VMULPD Z2, Z9, Z9                 // ax
	VSUBPD Z1, Z10, Z10               // ay
	VMULPD Z11, Z11, Z13
	VMULPD Z12, Z12, Z14
	VADDPD Z14, Z13, Z13              // l
	VMULPD Z11, Z9, Z14
	VMULPD Z12, Z10, Z15
	VADDPD Z15, Z14, Z14
	VSUBPD Z14, Z8, Z14
	VCMPPD $1, Z13, Z8, K2            // 0 < l
	VDIVPD.Z Z13, Z14, K2, Z14
	VMINPD Z7, Z14, Z14
	VMAXPD Z8, Z14, Z14               // t
	VMULPD Z11, Z14, Z11
	VADDPD Z11, Z9, Z9                // px
	VMULPD Z12, Z14, Z12
	VADDPD Z12, Z10, Z10              // py
	VMULPD Z9, Z9, Z9
	VMULPD Z10, Z10, Z10
	VADDPD Z10, Z9, Z9                // the square
	VCMPPD $1, Z3, Z9, K1, K3         // less than what there is
	VMOVAPD Z9, K3, Z3
	VMOVDQA64 Z5, K3, Z4
	VPADDQ Z6, Z5, Z5
	ADDQ $32, SI
	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	SUBQ $8, CX
	JG   eight
	// The least of all lanes, and of those that have it the first line.
	VEXTRACTF64X4 $1, Z3, Y9
	VMINPD Y9, Y3, Y9
	VEXTRACTF128 $1, Y9, X10
	VMINPD X10, X9, X9
	VPERMILPD $1, X9, X10
	VMINSD X10, X9, X9
	VBROADCASTSD X9, Z10
	VCMPPD $0, Z10, Z3, K2
	VPTERNLOGQ $255, Z11, Z11, Z11
	VMOVDQA64 Z4, K2, Z11
	VEXTRACTI64X4 $1, Z11, Y12
	VPMINUQ Y12, Y11, Y11
	VEXTRACTI128 $1, Y11, X12
	VPMINUQ X12, X11, X11
	VPSHUFD $0x4E, X11, X12
	VPMINUQ X12, X11, X11
	VMOVSD X9, square+32(FP)
	VMOVQ X11, at+40(FP)
	VZEROUPPER
	RET

DATA ·fours<>+0(SB)/8, $4
DATA ·fours<>+8(SB)/8, $4
DATA ·fours<>+16(SB)/8, $4
DATA ·fours<>+24(SB)/8, $4
GLOBL ·fours<>(SB), RODATA|NOPTR, $32

// From as many lines before the middle on: which of four lines there are.
DATA ·there<>+0(SB)/8, $-1
DATA ·there<>+8(SB)/8, $-1
DATA ·there<>+16(SB)/8, $0
DATA ·there<>+24(SB)/8, $0
GLOBL ·there<>(SB), RODATA|NOPTR, $32

// nearestLine256 is nearestPlainly for four lines at a time.
// func nearestLine256(lines *int32, n uint64, s *spot, best float64) (square float64, at int)
TEXT ·nearestLine256(SB), NOSPLIT, $0-48
	MOVQ lines+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ s+16(FP), DX
	VBROADCASTSD 0(DX), Y0            // lon
	VBROADCASTSD 8(DX), Y1            // lat
	VBROADCASTSD 16(DX), Y2           // cos
	VBROADCASTSD best+24(FP), Y3      // by lane, the least square so far
	VPCMPEQQ Y4, Y4, Y4               // and its line; -1 where there is none
	VMOVDQU ·upTo8<>(SB), Y5          // lines at hand
	MOVQ $0x3FF0000000000000, AX
	VMOVQ AX, X7
	VPBROADCASTQ X7, Y7               // 1
	VXORPD Y8, Y8, Y8                 // 0
	VPCMPEQD X15, X15, X15            // which of the lines at hand there are
	LEAQ (SI)(CX*4), DI               // starts' latitudes
	LEAQ (DI)(CX*4), R8               // ends' longitudes
	LEAQ (R8)(CX*4), R9               // ends' latitudes
four:
	CMPQ CX, $4
	JGE  look
	LEAQ ·there<>+16(SB), R10
	MOVQ CX, DX
	SHLQ $2, DX
	SUBQ DX, R10
	VMOVDQU (R10), X15
look:
	VPMASKMOVD (SI), X15, X9
	VPMASKMOVD (DI), X15, X10
	VPMASKMOVD (R8), X15, X11
	VPMASKMOVD (R9), X15, X12
	VCVTDQ2PD X9, Y9                  // x1
	VCVTDQ2PD X10, Y10                // y1
	VCVTDQ2PD X11, Y11                // x2
	VCVTDQ2PD X12, Y12                // y2
	VSUBPD Y9, Y11, Y11
	VMULPD Y2, Y11, Y11               // dx
	VSUBPD Y10, Y12, Y12              // dy
	VSUBPD Y0, Y9, Y9
	VMULPD Y2, Y9, Y9                 // ax
	VSUBPD Y1, Y10, Y10               // ay
	VMULPD Y11, Y11, Y13
	VMULPD Y12, Y12, Y14
	VADDPD Y14, Y13, Y13              // l
	VMULPD Y11, Y9, Y14
	VMULPD Y12, Y10, Y6
	VADDPD Y6, Y14, Y14
	VSUBPD Y14, Y8, Y14
	VDIVPD Y13, Y14, Y14
	VCMPPD $1, Y13, Y8, Y6            // 0 < l
	VANDPD Y6, Y14, Y14
	VMINPD Y7, Y14, Y14
	VMAXPD Y8, Y14, Y14               // t
	VMULPD Y11, Y14, Y11
	VADDPD Y11, Y9, Y9                // px
	VMULPD Y12, Y14, Y12
	VADDPD Y12, Y10, Y10              // py
	VMULPD Y9, Y9, Y9
	VMULPD Y10, Y10, Y10
	VADDPD Y10, Y9, Y9                // the square
	VPMOVSXDQ X15, Y10
	VCMPPD $1, Y3, Y9, Y11            // less than what there is
	VANDPD Y10, Y11, Y11
	VBLENDVPD Y11, Y9, Y3, Y3
	VBLENDVPD Y11, Y5, Y4, Y4
	VPADDQ ·fours<>(SB), Y5, Y5
	ADDQ $16, SI
	ADDQ $16, DI
	ADDQ $16, R8
	ADDQ $16, R9
	SUBQ $4, CX
	JG   four
	// The least of all lanes, and of those that have it the first line.
	VEXTRACTF128 $1, Y3, X9
	VMINPD X9, X3, X9
	VPERMILPD $1, X9, X10
	VMINSD X10, X9, X9
	VBROADCASTSD X9, Y10
	VCMPPD $4, Y10, Y3, Y10           // not it
	VORPD Y10, Y4, Y4                 // so that -1 stands there
	VEXTRACTI128 $1, Y4, X5
	VMOVQ X4, AX
	VPEXTRQ $1, X4, BX
	VMOVQ X5, CX
	VPEXTRQ $1, X5, DX
	CMPQ BX, AX
	CMOVQCS BX, AX
	CMPQ DX, CX
	CMOVQCS DX, CX
	CMPQ CX, AX
	CMOVQCS CX, AX
	VMOVSD X9, square+32(FP)
	MOVQ AX, at+40(FP)
	VZEROUPPER
	RET

// func fetchLines(lines *int32, n uint64)
TEXT ·fetchLines(SB), NOSPLIT, $0-16
	MOVQ lines+0(FP), SI
	MOVQ n+8(FP), CX
	LEAQ (SI)(CX*4), CX
	ANDQ $~63, SI             // memory comes by 64 bytes
more:
	PREFETCHT0 (SI)
	ADDQ $64, SI
	CMPQ SI, CX
	JCS  more
	RET

// func fetchThree(a, b, c unsafe.Pointer)
TEXT ·fetchThree(SB), NOSPLIT, $0-24
	MOVQ a+0(FP), AX
	MOVQ b+8(FP), BX
	MOVQ c+16(FP), CX
	PREFETCHT0 (AX)
	PREFETCHT0 (BX)
	PREFETCHT0 (CX)
	RET
