#include "textflag.h"

// A row is 256 bytes: four registers of 512 bits. What they do is plainKernel's.

// func pushRows(rows *lanes, from, n uint64, to *uint32, by *cost)
TEXT ·pushRows(SB), NOSPLIT, $0-40
	MOVQ rows+0(FP), DI
	MOVQ from+8(FP), AX
	MOVQ n+16(FP), CX
	MOVQ to+24(FP), SI
	MOVQ by+32(FP), DX
	SHLQ $8, AX
	VMOVDQU64 (DI)(AX*1), Z0
	VMOVDQU64 64(DI)(AX*1), Z1
	VMOVDQU64 128(DI)(AX*1), Z2
	VMOVDQU64 192(DI)(AX*1), Z3
	XORQ R8, R8
link:
	CMPQ R8, CX
	JGE  done
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Z4
	VPADDQ Z0, Z4, Z5
	VPADDQ Z1, Z4, Z6
	VPADDQ Z2, Z4, Z7
	VPADDQ Z3, Z4, Z8
	VPMINUQ (DI)(AX*1), Z5, Z5
	VPMINUQ 64(DI)(AX*1), Z6, Z6
	VPMINUQ 128(DI)(AX*1), Z7, Z7
	VPMINUQ 192(DI)(AX*1), Z8, Z8
	VMOVDQU64 Z5, (DI)(AX*1)
	VMOVDQU64 Z6, 64(DI)(AX*1)
	VMOVDQU64 Z7, 128(DI)(AX*1)
	VMOVDQU64 Z8, 192(DI)(AX*1)
	INCQ R8
	JMP  link
done:
	VZEROUPPER
	RET

// func pullRows(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)
TEXT ·pullRows(SB), NOSPLIT, $0-64
	MOVQ rows+0(FP), DI
	MOVQ seeds+8(FP), R9
	MOVQ row+16(FP), BX
	MOVQ seed+24(FP), R10
	MOVQ first+32(FP), R11
	MOVQ to+40(FP), SI
	MOVQ by+48(FP), DX
	MOVQ n+56(FP), CX
	MOVL (R11)(CX*4), R13 // where the links of the node at hand end
node:
	DECQ CX
	JLT  done
	MOVL (R10)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU64 (R9)(AX*1), Z0
	VMOVDQU64 64(R9)(AX*1), Z1
	VMOVDQU64 128(R9)(AX*1), Z2
	VMOVDQU64 192(R9)(AX*1), Z3
	MOVL (R11)(CX*4), R12 // and where they begin, which is where those of the next one end
	MOVQ R12, R8
	CMPQ R8, R13
	JGE  store
link:
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Z4
	VPADDQ (DI)(AX*1), Z4, Z5
	VPADDQ 64(DI)(AX*1), Z4, Z6
	VPADDQ 128(DI)(AX*1), Z4, Z7
	VPADDQ 192(DI)(AX*1), Z4, Z8
	VPMINUQ Z5, Z0, Z0
	VPMINUQ Z6, Z1, Z1
	VPMINUQ Z7, Z2, Z2
	VPMINUQ Z8, Z3, Z3
	INCQ R8
	CMPQ R8, R13
	JLT  link
store:
	MOVQ R12, R13
	MOVL (BX)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU64 Z0, (DI)(AX*1)
	VMOVDQU64 Z1, 64(DI)(AX*1)
	VMOVDQU64 Z2, 128(DI)(AX*1)
	VMOVDQU64 Z3, 192(DI)(AX*1)
	JMP  node
done:
	VZEROUPPER
	RET
