/** What the two Nest peers share: DTO classes with class-validator, one controller, the validation pipe. */
import 'reflect-metadata';
import {
  Body,
  Controller,
  Get,
  type INestApplication,
  Module,
  Param,
  Post,
  Query,
  ValidationPipe,
} from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

class UserPath {
  @Type(() => Number) @IsInt() @Min(1) @Max(1_000_000) id!: number;
}
class UserQuery {
  @Type(() => Number) @IsInt() @Min(1) @Max(100) limit!: number;
}
class Customer {
  @IsString() @Length(1, 100) name!: string;
  @IsString() @Length(3, 200) email!: string;
}
class Item {
  @IsString() @Length(1, 32) sku!: string;
  @IsInt() @Min(1) @Max(1000) quantity!: number;
  @IsNumber() @Min(0) price!: number;
}
class Order {
  @IsString() @Matches(/^[A-Z]{2}-[0-9]{6}$/) reference!: string;
  @IsDefined() @ValidateNested() @Type(() => Customer) customer!: Customer;
  @IsIn(['EUR', 'USD', 'GBP']) currency!: string;
  @IsBoolean() express!: boolean;
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => Item) items!: Item[];
  @IsString() @Length(0, 1000) note!: string;
}

@Controller()
class ShopController {
  @Get('/users/:id')
  find(@Param() path: UserPath, @Query() query: UserQuery): object {
    return { id: path.id, limit: query.limit, name: `user ${path.id}`, active: true };
  }

  @Post('/orders')
  place(@Body() order: Order): object {
    let quantity = 0;
    let total = 0;
    for (const item of order.items) {
      quantity += item.quantity;
      total += item.quantity * item.price;
    }
    return { reference: order.reference, currency: order.currency, quantity, total };
  }
}

@Module({ controllers: [ShopController] })
export class ShopModule {}

/** Adds the validation pipe and listens where the harness asks. */
export async function serve(app: INestApplication): Promise<void> {
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
  console.log('listening');
}
