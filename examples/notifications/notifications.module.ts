/** Notices for each user. The server needs nothing new for them; what is here is the login of the demo. */
import { Module } from '@nestjs/common';
import { LoginController } from './login.controller.ts';

@Module({ controllers: [LoginController] })
export class NotificationsModule {}
