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
